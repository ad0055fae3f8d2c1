import { valueCoderOf } from '../../core/coders/valueCoder.ts'
import type { CombineFn } from '../../core/combine.ts'
import {
  addFinite,
  addScaled,
  addValue,
  type ExactSum,
  emptySum,
  exactValue,
  mergeSums,
  specialSum,
} from './exactSum.ts'
import { isModerate, productError } from './roundingError.ts'
import { negated, plus, rounded, type ScaledInteger, scaled, times } from './scaledInteger.ts'

/** 'sample' divides by n - 1, 'population' by n. */
export interface VarianceOptions {
  readonly of?: 'sample' | 'population'
}

export interface VarianceAccumulator {
  /** Also counts what is not finite. */
  readonly sum: ExactSum
  /** Of finite values only. */
  readonly squares: ExactSum
  count: number
}

/**
 * The variance of a number of each element, computed from the exact sums of numbers and squares and rounded once, and so
 * independent of the order of elements (R114). NaN for fewer than two elements (for a population: for none) and where any
 * number is not finite.
 * Throws INVALID_RECORD where the function does not answer a number.
 *
 * @example aggregate({ spread: variance((flight) => flight.delay, { of: 'population' }) })
 */
export function variance<T>(
  numberOf: (value: T) => number,
  options: VarianceOptions = {},
): CombineFn<T, VarianceAccumulator, number> {
  return varianceWith('variance', numberOf, options, (exact) => exact)
}

/** Variance under the name of what is made of it. */
export function varianceWith<T>(
  kind: 'variance' | 'stddev',
  numberOf: (value: T) => number,
  options: VarianceOptions,
  finish: (variance: number) => number,
): CombineFn<T, VarianceAccumulator, number> {
  const of = options.of ?? 'sample'
  const change = (total: VarianceAccumulator, value: number, by: 1 | -1): VarianceAccumulator => {
    addValue(total.sum, value, by, kind)
    if (Number.isFinite(value)) addSquare(total.squares, value, by)
    total.count += by
    return total
  }
  return {
    spec: { kind, of },
    create: () => ({ sum: emptySum(), squares: emptySum(), count: 0 }),
    add: (total, value) => change(total, numberOf(value), 1),
    remove: (total, value) => change(total, numberOf(value), -1),
    merge(into, from) {
      mergeSums(into.sum, from.sum)
      mergeSums(into.squares, from.squares)
      into.count += from.count
      return into
    },
    extract: (total) => finish(roundedVariance(total, of === 'sample' ? total.count - 1 : total.count)),
    copy: ({ sum, squares, count }) => ({ sum: { ...sum }, squares: { ...squares }, count }),
    accumulatorCoder: valueCoderOf(),
  }
}

/** Adds the exact square, which needs two doubles, or an integer where they would not hold it. */
function addSquare(squares: ExactSum, value: number, by: 1 | -1): void {
  const square = value * value
  if (isModerate(square) && isModerate(value)) {
    addFinite(squares, by * square)
    addFinite(squares, by * productError(value, value, square))
  } else {
    const exact = times(scaled(value), scaled(value))
    addScaled(squares, by === 1 ? exact : negated(exact))
  }
}

/** (n * squares - sum^2) / (n * degrees), exactly, and then rounded. */
function roundedVariance({ sum, squares, count }: VarianceAccumulator, degrees: number): number {
  if (degrees <= 0 || specialSum(sum) !== undefined) return Number.NaN
  const n: ScaledInteger = { mantissa: BigInt(count), exponent: 0 }
  const total = exactValue(sum)
  const spread = plus(times(n, exactValue(squares)), negated(times(total, total)))
  return rounded(spread, BigInt(count) * BigInt(degrees))
}
