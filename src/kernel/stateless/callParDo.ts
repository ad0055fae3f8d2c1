/** The author's code of one parDo: what a call gives to which port, and the hooks around calls. */
import { DataflowError, showThrown, showValue } from '../../core/errors.ts'
import { type ElementContext, type Lifecycle, MAIN, type ParDoSpec, type TaggedOutput, tagOf } from '../../core/node.ts'

/** What one call brought: rows for ports, applied together once the callback has returned (R118). */
export interface ParDoOutput {
  readonly port: string
  readonly value: unknown
  readonly key: unknown
}

/** Throws what the callback and rowsOf throw, and UNKNOWN_PORT for a tag that the step does not declare. */
export function callParDo(
  step: string,
  spec: ParDoSpec,
  value: unknown,
  context: ElementContext,
): readonly ParDoOutput[] {
  const { form, fn } = spec
  const { key } = context
  const result = fn(value, context)
  switch (form) {
    case 'map':
      return [{ port: MAIN, value: result, key }]
    case 'filter':
      return result ? [{ port: MAIN, value, key }] : []
    case 'key':
      return [{ port: MAIN, value, key: result }]
    case 'unkey':
      return [{ port: MAIN, value: result, key: undefined }]
    case 'peek':
      return [{ port: MAIN, value, key }]
    case 'flatMap':
      return rowsOf(result).map((item) => portOf(step, spec, item, key))
    default: {
      const unknown: never = form
      return unknown
    }
  }
}

/** What a flatMap's callback gave, read to its end: nothing of it goes on if reading fails (R118). */
export function rowsOf(given: unknown): readonly unknown[] {
  if (Array.isArray(given)) return given
  if (given === undefined) return []
  if (isIterable(given)) return [...given]
  throw new DataflowError('USER_CODE_FAILED', {
    problem: `the callback gave ${showValue(given)}, which is not iterable.`,
    remedy: 'Answer an array, a generator, or undefined for no rows.',
  })
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && Symbol.iterator in value)
}

function portOf(step: string, { sides }: ParDoSpec, item: unknown, key: unknown): ParDoOutput {
  const tag = sides.length > 0 ? tagOf(item) : undefined
  if (tag === undefined) return { port: MAIN, value: item, key }
  if (!sides.includes(tag)) {
    throw new DataflowError('UNKNOWN_PORT', {
      step,
      problem: `it yielded a value tagged "${tag}", but its side outputs are ${sides.join(', ')}.`,
      remedy: 'Name the side output in the step, or mend the tag.',
    })
  }
  return { port: tag, value: (item as TaggedOutput<string, unknown>).value, key }
}

/** Throws USER_CODE_FAILED for a hook that throws. */
export function callHook(step: string, { lifecycle }: ParDoSpec, name: keyof Lifecycle): void {
  try {
    lifecycle?.[name]?.()
  } catch (error) {
    throw new DataflowError('USER_CODE_FAILED', {
      step,
      problem: `its ${name} hook threw ${showThrown(error)}.`,
      remedy: 'Mend the hook.',
      cause: error,
    })
  }
}
