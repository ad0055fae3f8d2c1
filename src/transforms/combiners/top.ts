import { compareNumbers, compareStamped } from '../../core/coders/compareEncoded.ts'
import { valueCoderOf } from '../../core/coders/valueCoder.ts'
import type { CombineFn } from '../../core/combine.ts'
import { DataflowError, showValue } from '../../core/errors.ts'
import type { Held } from './bestOf.ts'
import { requireNumber } from './requireNumber.ts'

/** What comes first: the largest number of `by`, or the smallest element of `compare`, which works as for Array.sort. */
export type TopOrder<T> =
  | { readonly by: (value: T) => number; readonly compare?: never }
  | { readonly compare: (a: T, b: T) => number; readonly by?: never }

/**
 * The first `n` elements in an order, best first; fewer when there are fewer. Elements that are equal in it come in the
 * order of (timestamp, encoded value), never of arrival (R111); NaN comes after every number.
 * Throws INVALID_ARGUMENT for an `n` that is not a positive integer, and where not exactly one order is given;
 * INVALID_RECORD where `by` does not answer a number.
 *
 * @example aggregate({ dearest: top(3, { by: (bid) => bid.price }) })
 */
export function top<T>(n: number, order: TopOrder<T>): CombineFn<T, Held<T>[], readonly T[]> {
  checkArguments(n, order)
  const { by, compare } = order
  const rankOf = (value: T): number => (by === undefined ? 0 : 0 - requireNumber(by(value), 'top'))
  const precedence = (a: Held<T>, b: Held<T>): number =>
    compareNumbers(a.rank, b.rank) || (compare === undefined ? 0 : compare(a.value, b.value)) || compareStamped(a, b)

  /** Puts an element into its place among the best, which are sorted; the last one leaves when there are too many. */
  const insert = (best: Held<T>[], held: Held<T>): void => {
    let at = best.length
    while (at > 0 && precedence(held, best[at - 1] as Held<T>) < 0) at--
    if (at < n) best.splice(at, 0, held)
    if (best.length > n) best.pop()
  }
  return {
    spec: { kind: 'top', n, order: by === undefined ? 'compare' : 'by' },
    create: () => [],
    add(best, value, timestamp) {
      const rank = rankOf(value)
      const last = best.length === n ? best[n - 1] : undefined
      if (last === undefined || compareNumbers(rank, last.rank) <= 0) insert(best, { rank, timestamp, value })
      return best
    },
    merge(into, from) {
      for (const held of from) insert(into, held)
      return into
    },
    extract: (best) => best.map(({ value }) => value),
    copy: (best) => [...best],
    accumulatorCoder: valueCoderOf(),
  }
}

function checkArguments(n: number, order: { readonly by?: unknown; readonly compare?: unknown }): void {
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `top(${showValue(n)}, ...) asks for no whole number of elements.`,
      remedy: 'Give a positive integer.',
    })
  }
  if ((typeof order?.by === 'function') === (typeof order?.compare === 'function')) {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `top(${n}, ...) needs one order of elements.`,
      remedy: 'Give either { by: (element) => number } or { compare: (a, b) => number }.',
    })
  }
}
