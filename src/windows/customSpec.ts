import { DataflowError, showValue } from '../core/errors.ts'
import type { Json, JsonObject } from '../core/json.ts'

/** The spec of an author's own window function: a frozen copy, so that later changes of `parameters` cannot reach the plan. */
export function customSpec(by: string, name: string, parameters: JsonObject = {}): JsonObject {
  if (typeof name !== 'string' || name === '') {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `${by}({ name }): the name is ${showValue(name)}.`,
      remedy: 'Give the window function a name of its own: plans and fingerprints tell it from others by it.',
    })
  }
  return Object.freeze({ kind: 'custom', name, parameters: frozenCopy(`${by}({ parameters })`, parameters) })
}

function frozenCopy(what: string, value: Json): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (Array.isArray(value)) return Object.freeze(value.map((item: Json) => frozenCopy(what, item)))
  if (typeof value === 'object' && isPlain(value)) {
    return Object.freeze(
      Object.fromEntries(Object.entries(value).map(([field, item]) => [field, frozenCopy(`${what}.${field}`, item)])),
    )
  }
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `${what} holds ${showValue(value)}, which is not JSON.`,
    remedy: 'Parameters are data: null, booleans, finite numbers, strings, arrays and plain objects.',
  })
}

function isPlain(value: object): value is JsonObject {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
