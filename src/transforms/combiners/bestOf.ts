/** What first, last, minBy and maxBy share: they hold one element, the best in an order that leaves no ties open. */
import { compareEncoded, compareNumbers } from '../../core/coders/compareEncoded.ts'
import { valueCoderOf } from '../../core/coders/valueCoder.ts'
import type { CombineFn } from '../../core/combine.ts'
import type { JsonObject } from '../../core/json.ts'
import type { Timestamp } from '../../core/time.ts'

/** The element held, or what the author wants of it. Never changed, only replaced. */
export interface Held<U> {
  readonly rank: number
  readonly timestamp: Timestamp
  readonly value: U
}

export interface BestOrder<T, U> {
  readonly spec: JsonObject
  /** The smallest rank wins; NaN loses to every number. */
  rankOf(value: T): number
  /** Among equal ranks: the first or the last in the order of (timestamp, encoded value) (R111). */
  readonly tie: 'first' | 'last'
  /** What is kept of an element, and compared where timestamps are equal. */
  pick(value: T): U
}

export function bestOf<T, U>(order: BestOrder<T, U>): CombineFn<T, Held<U> | null, U | undefined> {
  const direction = order.tie === 'first' ? 1 : -1
  return {
    spec: order.spec,
    create: () => null,
    add(held, value, timestamp) {
      const rank = order.rankOf(value)
      if (held === null) return { rank, timestamp, value: order.pick(value) }
      const ahead = compareNumbers(rank, held.rank) || direction * (timestamp - held.timestamp)
      if (ahead > 0) return held
      const candidate = { rank, timestamp, value: order.pick(value) }
      return ahead < 0 || direction * compareEncoded(candidate.value, held.value) < 0 ? candidate : held
    },
    merge(into, from) {
      if (into === null || from === null) return into ?? from
      const ahead =
        compareNumbers(from.rank, into.rank) ||
        direction * (from.timestamp - into.timestamp || compareEncoded(from.value, into.value))
      return ahead < 0 ? from : into
    },
    extract: (held) => held?.value,
    copy: (held) => held,
    accumulatorCoder: valueCoderOf(),
  }
}
