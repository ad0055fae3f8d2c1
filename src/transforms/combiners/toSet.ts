import { sortedValues } from '../../core/coders/compareEncoded.ts'
import { valueCoderOf, valueId } from '../../core/coders/valueCoder.ts'
import type { CombineFn } from '../../core/combine.ts'

/** A value, with how often it was added less how often withdrawn; below zero while a withdrawal is ahead. */
interface Counted<U> {
  readonly value: U
  readonly count: number
}

type CountedValues<U> = Map<string | number, Counted<U>>

/**
 * The distinct elements, or what a function makes of them, in the order of their encoding. Values are the same when they
 * encode equally: objects by their fields, not by being one object. JSON knows no sets: spread it (`[...set]`) to write it.
 * Throws NOT_ENCODABLE for values that cannot be encoded.
 *
 * @example aggregate({ pages: toSet((click) => click.page) })
 */
export function toSet<T>(): CombineFn<T, CountedValues<T>, ReadonlySet<T>>
export function toSet<T, U>(pick: (value: T) => U): CombineFn<T, CountedValues<U>, ReadonlySet<U>>
export function toSet<T>(
  pick: (value: T) => unknown = (value) => value,
): CombineFn<T, CountedValues<unknown>, ReadonlySet<unknown>> {
  return {
    spec: { kind: 'toSet' },
    create: () => new Map(),
    add: (counted, value) => change(counted, { value: pick(value), count: 1 }),
    remove: (counted, value) => change(counted, { value: pick(value), count: -1 }),
    merge(into, from) {
      for (const held of from.values()) change(into, held)
      return into
    },
    extract(counted) {
      const present = [...counted.values()].filter(({ count }) => count > 0)
      return new Set(sortedValues(present.map(({ value }) => value)))
    },
    // What the map holds is never changed, only replaced.
    copy: (counted) => new Map(counted),
    accumulatorCoder: valueCoderOf(),
  }
}

function change<U>(counted: CountedValues<U>, { value, count }: Counted<U>): CountedValues<U> {
  const id = valueId(value)
  const total = (counted.get(id)?.count ?? 0) + count
  if (total === 0) counted.delete(id)
  else counted.set(id, { value, count: total })
  return counted
}
