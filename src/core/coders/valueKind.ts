/**
 * The kinds of values that can be encoded without being told how. Kinds are found without instanceof, so that values
 * of another realm (a frame, a worker, a test runner's context) count too.
 */
export type ValueKind =
  | 'undefined'
  | 'null'
  | 'boolean'
  | 'number'
  | 'bigint'
  | 'string'
  | 'date'
  | 'bytes'
  | 'array'
  | 'object'
  | 'map'
  | 'set'

/** The kind of a value, or undefined for functions, symbols, class instances and objects with symbol fields. */
export function valueKind(value: unknown): ValueKind | undefined {
  if (value === null) return 'null'
  const type = typeof value
  switch (type) {
    case 'undefined':
    case 'boolean':
    case 'number':
    case 'bigint':
    case 'string':
      return type
    case 'object':
      return objectKind(value as object)
    default:
      return undefined
  }
}

/** Sets an own field, whatever its name: assigning to `__proto__` would change the prototype instead. */
export function setField(target: Record<string, unknown>, field: string, value: unknown): void {
  if (field === '__proto__') {
    Object.defineProperty(target, field, { value, enumerable: true, configurable: true, writable: true })
  } else {
    target[field] = value
  }
}

function objectKind(value: object): ValueKind | undefined {
  if (Array.isArray(value)) return 'array'
  if (isPlain(value)) return 'object'
  switch (Object.prototype.toString.call(value)) {
    case '[object Date]':
      return 'date'
    case '[object Uint8Array]':
      return 'bytes'
    case '[object Map]':
      return 'map'
    case '[object Set]':
      return 'set'
    default:
      return undefined
  }
}

/** Made by a literal, by Object.create(null) or by JSON.parse, in any realm, and without symbol fields. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  const isLiteral = prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
  return isLiteral && Object.getOwnPropertySymbols(value).length === 0
}
