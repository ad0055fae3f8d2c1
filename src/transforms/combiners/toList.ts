import { compareStamped, type Stamped } from '../../core/coders/compareEncoded.ts'
import { valueCoderOf } from '../../core/coders/valueCoder.ts'
import type { CombineFn } from '../../core/combine.ts'

/**
 * All elements, or what a function makes of each, in the order of (timestamp, encoded value), never of arrival (R111).
 * Throws NOT_ENCODABLE where two different values that cannot be encoded have one timestamp.
 *
 * @example aggregate({ pages: toList((click) => click.page) })
 */
export function toList<T>(): CombineFn<T, Stamped<T>[], readonly T[]>
export function toList<T, U>(pick: (value: T) => U): CombineFn<T, Stamped<U>[], readonly U[]>
export function toList<T>(
  pick: (value: T) => unknown = (value) => value,
): CombineFn<T, Stamped<unknown>[], readonly unknown[]> {
  return {
    spec: { kind: 'toList' },
    create: () => [],
    add(items, value, timestamp) {
      items.push({ timestamp, value: pick(value) })
      return items
    },
    merge(into, from) {
      for (const item of from) into.push(item)
      return into
    },
    extract: (items) => [...items].sort(compareStamped).map(({ value }) => value),
    copy: (items) => [...items],
    accumulatorCoder: valueCoderOf(),
  }
}
