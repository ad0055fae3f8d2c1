import { valueCoderOf, valueId } from '../../core/coders/valueCoder.ts'
import type { CombineFn } from '../../core/combine.ts'

interface DistinctAccumulator {
  /** How often each value was added less how often withdrawn, by identity; never zero. */
  readonly counts: Map<string | number, number>
  /** How many of the counts are below zero, because a withdrawal is ahead of its addition. */
  ahead: number
}

/**
 * How many distinct elements there are, or distinct values of a function of them: exactly, with memory for each. Values
 * are the same when they encode equally: objects by their fields, not by being one object.
 * Throws NOT_ENCODABLE for values that cannot be encoded.
 *
 * @example aggregate({ visitors: countDistinct((click) => click.user) })
 */
export function countDistinct<T>(
  pick: (value: T) => unknown = (value) => value,
): CombineFn<T, DistinctAccumulator, number> {
  return {
    spec: { kind: 'countDistinct' },
    create: () => ({ counts: new Map(), ahead: 0 }),
    add: (distinct, value) => change(distinct, valueId(pick(value)), 1),
    remove: (distinct, value) => change(distinct, valueId(pick(value)), -1),
    merge(into, from) {
      for (const [id, count] of from.counts) change(into, id, count)
      return into
    },
    extract: ({ counts, ahead }) => counts.size - ahead,
    copy: ({ counts, ahead }) => ({ counts: new Map(counts), ahead }),
    accumulatorCoder: valueCoderOf(),
  }
}

function change(distinct: DistinctAccumulator, id: string | number, by: number): DistinctAccumulator {
  const before = distinct.counts.get(id) ?? 0
  const after = before + by
  if (after === 0) distinct.counts.delete(id)
  else distinct.counts.set(id, after)
  distinct.ahead += Number(after < 0) - Number(before < 0)
  return distinct
}
