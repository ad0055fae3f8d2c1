/**
 * Gathers what one `read` brings. A record that cannot be decoded becomes a failure beside the values, at its place
 * among them, so that a run can send it to `failed` or stop: it is never thrown away.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ReadFailure, ReadResult } from '../core/source.ts'

export interface RecordCollector<T> {
  /** Takes a parsed record; with a schema the record is what the schema makes of it. */
  add(value: unknown, raw: unknown, at: number): void
  /** Takes a record that could not be parsed. */
  fail(raw: unknown, at: number, error: unknown): void
  /** Records taken so far, good and bad. */
  count(): number
  /** The read's result. A promise only when the schema validates asynchronously. */
  finish(status: 'more' | 'end'): ReadResult<T> | Promise<ReadResult<T>>
}

/**
 * A collector for one read. `placeOf` turns the number given with a record (its line, its row) into words for the
 * message; it is asked only for failures.
 */
export function recordCollector<T>(
  schema: StandardSchemaV1<unknown, T> | undefined,
  placeOf: (at: number) => string,
): RecordCollector<T> {
  const values: T[] = []
  const failures: ReadFailure[] = []
  let taken = 0
  // Set from the first asynchronous validation on: later records queue behind it, so that order holds.
  let queue: Promise<void> | undefined

  const reject = (raw: unknown, at: number, error: unknown): void => {
    failures.push({ at: values.length, raw, place: placeOf(at), error })
  }
  const settle = (outcome: Outcome<T>, raw: unknown, at: number): void => {
    if ('error' in outcome) reject(raw, at, outcome.error)
    else values.push(outcome.value)
  }
  const enqueue = (outcome: Outcome<T> | Promise<Outcome<T>>, raw: unknown, at: number): void => {
    if (queue === undefined && !isPromise(outcome)) settle(outcome, raw, at)
    else queue = (queue ?? Promise.resolve()).then(async () => settle(await outcome, raw, at))
  }

  return {
    add(value, raw, at) {
      taken += 1
      // Without a schema the author's type parameter is all that is known of the record.
      if (schema === undefined) values.push(value as T)
      else enqueue(validate(schema, value), raw, at)
    },
    fail(raw, at, error) {
      taken += 1
      enqueue({ error }, raw, at)
    },
    count: () => taken,
    finish(status) {
      const result = (): ReadResult<T> => (failures.length === 0 ? { values, status } : { values, status, failures })
      return queue === undefined ? result() : queue.then(result)
    },
  }
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown }

function validate<T>(schema: StandardSchemaV1<unknown, T>, value: unknown): Outcome<T> | Promise<Outcome<T>> {
  try {
    const result = schema['~standard'].validate(value)
    return isPromise(result) ? result.then(outcomeOf, (error: unknown) => ({ error })) : outcomeOf(result)
  } catch (error) {
    return { error }
  }
}

function outcomeOf<T>(result: StandardSchemaV1.Result<T>): Outcome<T> {
  if (result.issues === undefined) return { value: result.value }
  const message = result.issues.map((issue) => `${pathOf(issue)}${issue.message}`).join('; ')
  return { error: new Error(message, { cause: result.issues }) }
}

function pathOf(issue: StandardSchemaV1.Issue): string {
  const keys = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part))
  return keys.length === 0 ? '' : `${keys.join('.')}: `
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value
}
