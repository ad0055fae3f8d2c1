import { compareStamped, type Stamped } from '../core/coders/compareEncoded.ts'
import { valueCoderOf, valueId } from '../core/coders/valueCoder.ts'
import type { CombineFn } from '../core/combine.ts'

/** How often an element was added, less how often it was withdrawn; below zero while a withdrawal is ahead. */
interface Held<T> extends Stamped<T> {
  readonly count: number
}

/** Elements by identity of timestamp and value; none has a count of zero. */
export type Multiset<T> = Map<string, Held<T>>

/**
 * A combine with `remove` for any combine (R74, P14): it keeps the elements themselves, each once with its count, and
 * folds them in the order of (timestamp, encoded value) when it is asked for the result. A withdrawal may come before the
 * element it withdraws. Elements must be values that valueCoder takes: NOT_ENCODABLE names what is not.
 */
export function retractable<T, A, O>(combine: CombineFn<T, A, O>): CombineFn<T, Multiset<T>, O> {
  return {
    spec: { kind: 'retractable', of: combine.spec },
    create: () => new Map(),
    add: (elements, value, timestamp) => change(elements, { timestamp, value, count: 1 }),
    remove: (elements, value, timestamp) => change(elements, { timestamp, value, count: -1 }),
    merge(into, from) {
      for (const held of from.values()) change(into, held)
      return into
    },
    extract(elements) {
      let accumulator = combine.create()
      for (const { value, timestamp, count } of [...elements.values()].sort(compareStamped)) {
        for (let left = count; left > 0; left--) accumulator = combine.add(accumulator, value, timestamp)
      }
      return combine.extract(accumulator)
    },
    // What a multiset holds is never changed, only replaced.
    copy: (elements) => new Map(elements),
    accumulatorCoder: valueCoderOf(),
  }
}

/** Adds `held.count` to the count of an element. */
function change<T>(elements: Multiset<T>, held: Held<T>): Multiset<T> {
  const id = `${held.timestamp} ${valueId(held.value)}`
  const count = (elements.get(id)?.count ?? 0) + held.count
  if (count === 0) elements.delete(id)
  else elements.set(id, { ...held, count })
  return elements
}
