/**
 * What rounding takes away from one addition or multiplication of doubles is a double itself, and can be computed
 * (Knuth's two-sum, Dekker's and Veltkamp's two-product). This is what exact sums are made of.
 */

/**
 * The exact a + b minus `total`, which is a + b as the machine rounds it. When anything overflows on the way the answer
 * is NaN or infinite, never zero.
 */
export function sumError(a: number, b: number, total: number): number {
  const part = total - a
  return a - (total - part) + (b - part)
}

/**
 * The exact a * b minus `product`, which is a * b as the machine rounds it. Only for factors and products between
 * 2^-900 and 2^900 in size, or zero: beyond, the parts may overflow or vanish.
 */
export function productError(a: number, b: number, product: number): number {
  const aHigh = upperHalf(a)
  const aLow = a - aHigh
  const bHigh = upperHalf(b)
  const bLow = b - bHigh
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow
}

/** True for zero and for sizes at which productError is exact. */
export function isModerate(value: number): boolean {
  const size = Math.abs(value)
  return size === 0 || (size > 2 ** -900 && size < 2 ** 900)
}

/** The upper 26 bits of a double's 53. */
function upperHalf(value: number): number {
  const scaled = value * (2 ** 27 + 1)
  return scaled - (scaled - value)
}
