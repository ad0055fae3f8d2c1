/**
 * The order of encoded values: the last rule but arrival of a key's event-time order (R111), and the order of encoded
 * keys. It is defined on the values, so that nobody has to encode in order to compare.
 */
import { DataflowError, showValue } from '../errors.ts'
import type { Timestamp } from '../time.ts'
import { type ValueKind, valueKind } from './valueKind.ts'

/** Values of an earlier kind come first. */
const KIND_ORDER: readonly ValueKind[] = [
  'undefined',
  'null',
  'boolean',
  'number',
  'bigint',
  'string',
  'date',
  'bytes',
  'array',
  'object',
  'map',
  'set',
]

/**
 * Compares two values by their encoding: negative when `a` comes first, 0 when both encode equally. Values of different
 * kinds come in the order of KIND_ORDER; within a kind the value decides: numbers by size (-0 before 0, NaN last),
 * strings by code point, arrays and bytes item by item, objects by their sorted fields, maps and sets by their sorted
 * entries. It is a total order, and never depends on the order in which fields or entries were set.
 * Throws NOT_ENCODABLE for functions, symbols and class instances, unless both are the same.
 *
 * @example compareEncoded({ b: 1, a: 2 }, { a: 2, b: 1 }) // 0
 */
export function compareEncoded(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b)
  if (a === b) return 0
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  const kind = kindOf(a)
  const order = KIND_ORDER.indexOf(kind) - KIND_ORDER.indexOf(kindOf(b))
  return order === 0 ? compareWithin(kind, a, b) : order
}

/** A value with its place in event time. */
export interface Stamped<V> {
  readonly timestamp: Timestamp
  readonly value: V
}

/** The event-time order of a key's elements, without the author's tie-break: by timestamp, then as encoded (R111). */
export function compareStamped(a: Stamped<unknown>, b: Stamped<unknown>): number {
  return a.timestamp - b.timestamp || compareEncoded(a.value, b.value)
}

/** Compares strings by code point. JavaScript's own `<` compares UTF-16 units and puts U+10000 before U+E000. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  let at = 0
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++
  if (at === length) return a.length - b.length
  // A pair may begin in the common part and end, or fail to end, here.
  if (at > 0 && isHighSurrogate(a.charCodeAt(at - 1))) {
    const order = codePoint(a, at - 1) - codePoint(b, at - 1)
    if (order !== 0) return order
  }
  return codePoint(a, at) - codePoint(b, at)
}

/** Compares bytes as unsigned numbers, first byte first; a prefix comes first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const order = (a[at] as number) - (b[at] as number)
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** Numbers by size, -0 before 0, NaN last. */
export function compareNumbers(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return a !== 0 || Object.is(a, b) ? 0 : Object.is(a, -0) ? -1 : 1
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}

function kindOf(value: unknown): ValueKind {
  const kind = valueKind(value)
  if (kind !== undefined) return kind
  throw new DataflowError('NOT_ENCODABLE', {
    problem: `the values cannot be put in order, because ${showValue(value)} has no encoding.`,
    remedy: 'Map the elements to plain data, or give them distinct timestamps.',
  })
}

/** `kind` says what both values are, which the compiler cannot see: hence the casts. */
function compareWithin(kind: ValueKind, a: unknown, b: unknown): number {
  switch (kind) {
    case 'undefined':
    case 'null':
      return 0
    case 'boolean':
    case 'number':
      return compareNumbers(Number(a), Number(b))
    case 'bigint':
      return (a as bigint) < (b as bigint) ? -1 : (a as bigint) > (b as bigint) ? 1 : 0
    case 'string':
      return compareText(a as string, b as string)
    case 'date':
      return compareNumbers((a as Date).getTime(), (b as Date).getTime())
    case 'bytes':
      return compareBytes(a as Uint8Array, b as Uint8Array)
    case 'array':
      return compareItems(a as unknown[], b as unknown[])
    case 'object':
      return compareItems(sortedFields(a as object), sortedFields(b as object))
    case 'map':
      return compareItems(sortedEntries(a as Map<unknown, unknown>), sortedEntries(b as Map<unknown, unknown>))
    case 'set':
      return compareItems(sortedValues(a as Set<unknown>), sortedValues(b as Set<unknown>))
    default: {
      const unknownKind: never = kind
      return unknownKind
    }
  }
}

function compareItems(a: readonly unknown[], b: readonly unknown[]): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const order = compareEncoded(a[at], b[at])
    if (order !== 0) return order
  }
  return a.length - b.length
}

function sortedFields(object: object): readonly unknown[] {
  return Object.entries(object).sort(([a], [b]) => compareText(a, b))
}

/** The names of an object's own fields by code point: the order in which they are encoded. */
export function sortedFieldNames(object: object): string[] {
  return Object.keys(object).sort(compareText)
}

/** A map's entries in the order of their keys. */
export function sortedEntries<K, V>(map: ReadonlyMap<K, V>): [K, V][] {
  return [...map].sort(([a], [b]) => compareEncoded(a, b))
}

/** Values in the order of their encoding. (Array.sort alone would put undefined last without asking.) */
export function sortedValues<V>(values: Iterable<V>): V[] {
  return Array.from(values, (value) => ({ value }))
    .sort((a, b) => compareEncoded(a.value, b.value))
    .map(({ value }) => value)
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function codePoint(text: string, at: number): number {
  return text.codePointAt(at) ?? -1
}
