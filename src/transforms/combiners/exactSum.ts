/**
 * Exact sums of doubles (R114). The sum of all finite values is `high + low + rest`, exactly: no rounding happens before
 * the end, and so no order of adds, merges and withdrawals can be seen in it. While the two doubles can hold the sum,
 * which is nearly always, an add is a few additions; what does not fit goes to `rest`, an integer of any size.
 */
import { requireNumber } from './requireNumber.ts'
import { isModerate, productError, sumError } from './roundingError.ts'
import { plus, rounded, type ScaledInteger, scaled, ZERO } from './scaledInteger.ts'

/** Plain data that valueCoder carries; changed in place. */
export interface ExactSum {
  high: number
  low: number
  rest: ScaledInteger
  /** Values that are not finite are counted, so that they can be withdrawn. Negative while a withdrawal is ahead. */
  nans: number
  infinities: number
  negativeInfinities: number
}

export function emptySum(): ExactSum {
  return { high: 0, low: 0, rest: ZERO, nans: 0, infinities: 0, negativeInfinities: 0 }
}

/** Adds a value `times` (1 or -1) times. Throws INVALID_RECORD, naming the combiner, for what is not a number. */
export function addValue(sum: ExactSum, value: number, times: 1 | -1, combiner: string): void {
  requireNumber(value, combiner)
  if (Number.isFinite(value)) addFinite(sum, times * value)
  else if (value > 0) sum.infinities += times
  else if (value < 0) sum.negativeInfinities += times
  else sum.nans += times
}

/** Adds everything that is in `from`. */
export function mergeSums(into: ExactSum, from: ExactSum): void {
  addFinite(into, from.high)
  addFinite(into, from.low)
  addScaled(into, from.rest)
  into.nans += from.nans
  into.infinities += from.infinities
  into.negativeInfinities += from.negativeInfinities
}

/** Adds an exact number that no double may hold. */
export function addScaled(sum: ExactSum, value: ScaledInteger): void {
  if (value.mantissa !== 0n) sum.rest = plus(sum.rest, value)
}

/** The double nearest to the sum; +0 for zero. */
export function roundedSum(sum: ExactSum): number {
  const special = specialSum(sum)
  if (special !== undefined) return special
  // One addition of doubles is one rounding of their exact sum.
  return sum.rest.mantissa === 0n ? sum.high + sum.low + 0 : rounded(exactValue(sum), 1n)
}

/** The double nearest to the sum divided by `count`, rounded once; NaN for a count of zero. */
export function roundedMean(sum: ExactSum, count: number): number {
  if (count <= 0) return Number.NaN
  const special = specialSum(sum)
  if (special !== undefined) return special
  const quotient = sum.rest.mantissa === 0n ? pairOver(sum.high, sum.low, count) : undefined
  return quotient ?? rounded(exactValue(sum), BigInt(count))
}

/** (high + low) / count rounded once, or undefined where doubles cannot tell. */
export function pairOver(high: number, low: number, count: number): number | undefined {
  // One division of doubles is one rounding of their exact quotient.
  if (low === 0) return high / count + 0
  if (!isModerate(high) || !isModerate(low)) return undefined
  const near = high / count
  const product = near * count
  // The remainder of a rounded division is a double; what it and `low` add to the quotient is known to about 50 bits.
  const more = (high - product - productError(near, count, product) + low) / count
  const below = near + more * (1 - 2 ** -48)
  // The exact quotient lies between the two; when they round alike, so does it.
  return below === near + more * (1 + 2 ** -48) ? below + 0 : undefined
}

/** The sum of the finite values. */
export function exactValue(sum: ExactSum): ScaledInteger {
  return plus(plus(scaled(sum.high), scaled(sum.low)), sum.rest)
}

/** NaN or an infinity when values of that kind decide the sum, else undefined. */
export function specialSum(sum: ExactSum): number | undefined {
  if (sum.nans > 0 || (sum.infinities > 0 && sum.negativeInfinities > 0)) return Number.NaN
  if (sum.infinities > 0) return Number.POSITIVE_INFINITY
  return sum.negativeInfinities > 0 ? Number.NEGATIVE_INFINITY : undefined
}

/** Adds a finite value. With an overflow on the way the lost part is never zero, and so the value ends in `rest`. */
export function addFinite(sum: ExactSum, value: number): void {
  const high = sum.high + value
  const lost = sumError(sum.high, value, high)
  const low = sum.low + lost
  const lostAgain = sumError(sum.low, lost, low)
  if (lostAgain === 0) {
    sum.high = high
    sum.low = low
    return
  }
  // Three doubles now; when the first two lap over each other, they may shrink to two.
  const top = high + low
  const middle = sumError(high, low, top)
  const bottom = middle + lostAgain
  if (sumError(middle, lostAgain, bottom) === 0) {
    sum.high = top
    sum.low = bottom
    return
  }
  sum.rest = exactValue(sum)
  sum.high = value
  sum.low = 0
}
