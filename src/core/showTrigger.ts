import type { TriggerSpec } from './trigger.ts'

/**
 * A trigger as its author would write it: `afterWatermark({ early: afterCount(3) })`. For messages and pictures.
 */
export function showTrigger(spec: TriggerSpec): string {
  switch (spec.kind) {
    case 'default':
      return 'defaultTrigger()'
    case 'never':
    case 'afterSynchronizedProcessingTime':
      return `${spec.kind}()`
    case 'afterCount':
      return `afterCount(${spec.count})`
    case 'afterProcessingTime':
      return `afterProcessingTime(${spec.steps.map((step) => (step.kind === 'delay' ? `${step.by}ms` : `align ${step.size}ms`)).join(', ')})`
    case 'afterWatermark': {
      const parts = [
        ...(spec.early === undefined ? [] : [`early: ${showTrigger(spec.early)}`]),
        ...(spec.late === undefined ? [] : [`late: ${showTrigger(spec.late)}`]),
      ]
      return parts.length === 0 ? 'afterWatermark()' : `afterWatermark({ ${parts.join(', ')} })`
    }
    case 'repeatedly':
      return `repeatedly(${showTrigger(spec.trigger)})`
    case 'afterEach':
    case 'afterFirst':
    case 'afterAll':
      return `${spec.kind}(${spec.triggers.map(showTrigger).join(', ')})`
    case 'orFinally':
      return `orFinally(${showTrigger(spec.main)}, ${showTrigger(spec.until)})`
    case 'custom':
      return `${spec.name}(...)`
    default:
      return unknownTrigger(spec)
  }
}

/**
 * True when the trigger can fire before the watermark passes the end of its window. In the global window of an unbounded
 * collection a trigger that cannot will never fire (R17).
 */
export function firesBeforeEnd(spec: TriggerSpec): boolean {
  switch (spec.kind) {
    case 'default':
    case 'never':
      return false
    case 'afterCount':
    case 'afterProcessingTime':
    case 'afterSynchronizedProcessingTime':
    case 'custom':
      return true
    case 'afterWatermark':
      return spec.early !== undefined && firesBeforeEnd(spec.early)
    case 'repeatedly':
      return firesBeforeEnd(spec.trigger)
    case 'afterEach':
      return spec.triggers[0] !== undefined && firesBeforeEnd(spec.triggers[0])
    case 'afterFirst':
      return spec.triggers.some(firesBeforeEnd)
    case 'afterAll':
      return spec.triggers.every(firesBeforeEnd)
    case 'orFinally':
      return firesBeforeEnd(spec.main) || firesBeforeEnd(spec.until)
    default:
      return unknownTrigger(spec)
  }
}

function unknownTrigger(spec: never): never {
  throw new TypeError(`no such trigger: ${(spec as TriggerSpec).kind}`)
}
