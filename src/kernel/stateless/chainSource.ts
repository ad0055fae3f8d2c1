/** The text of generated loops: one statement per step, each inside the one before it. */
import type { ParDoForm } from '../../core/node.ts'
import type { ChainStep } from './chainRun.ts'

/** Constants `f0`, `f1`, ... for the functions of an array `steps`. */
export function stepConstants(steps: readonly ChainStep[]): string {
  return steps.map((_, index) => `const f${index} = steps[${index}].fn`).join('\n')
}

/**
 * Takes the value `v` with key `k` through all steps to `row`, which may come several times and not at all. `step` and `value`
 * say what is at work, for failures; `context` is what the functions are shown. The text looks to `rowsOf` for what it names so.
 */
export function chainBody(steps: readonly ChainStep[], row: string): string {
  return steps.reduceRight((inner, { form }, index) => statement(form, index, inner), row)
}

function statement(form: ParDoForm, index: number, inner: string): string {
  const call = `step = ${index}; value = v;`
  switch (form) {
    case 'map':
      return `${call} v = f${index}(v, context); ${inner}`
    case 'filter':
      return `${call} if (f${index}(v, context)) { ${inner} }`
    case 'key':
      return `${call} context.key = k = f${index}(v, context); ${inner}`
    case 'unkey':
      return `${call} v = f${index}(v, context); context.key = k = undefined; ${inner}`
    case 'peek':
      return `${call} f${index}(v, context); ${inner}`
    case 'flatMap':
      // Read to the end before anything goes on: outputs of an element apply together (R118).
      return `${call} const r${index} = f${index}(v, context); const k${index} = k
        if (r${index} !== undefined) for (const x of Array.isArray(r${index}) ? r${index} : rowsOf(r${index})) { let v = x, k = k${index}; context.key = k; ${inner} }`
    default: {
      const unknown: never = form
      return unknown
    }
  }
}
