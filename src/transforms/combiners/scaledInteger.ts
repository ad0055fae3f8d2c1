/** Exact arithmetic on the numbers that doubles stand for: mantissa * 2^exponent, of any size. Slow, and rarely needed. */

export interface ScaledInteger {
  readonly mantissa: bigint
  readonly exponent: number
}

export const ZERO: ScaledInteger = Object.freeze({ mantissa: 0n, exponent: 0 })

/** The exponent of the last bit of the smallest double. */
const MIN_EXPONENT = -1074

/** Bits of a double's mantissa. */
const PRECISION = 53

/** Scratch space of one call: nothing in it outlives the call. */
const BITS = new DataView(new ArrayBuffer(8))

/** The exact value of a finite double. */
export function scaled(value: number): ScaledInteger {
  BITS.setFloat64(0, value)
  const high = BITS.getUint32(0)
  const biased = (high >>> 20) & 0x7ff
  const fraction = (high & 0xfffff) * 2 ** 32 + BITS.getUint32(4)
  // Subnormal doubles have no hidden bit, and the exponent of the smallest normal ones.
  const mantissa = biased === 0 ? fraction : fraction + 2 ** 52
  return {
    mantissa: BigInt(value < 0 ? -mantissa : mantissa),
    exponent: MIN_EXPONENT + Math.max(biased - 1, 0),
  }
}

export function plus(a: ScaledInteger, b: ScaledInteger): ScaledInteger {
  if (a.mantissa === 0n) return b
  if (b.mantissa === 0n) return a
  const exponent = Math.min(a.exponent, b.exponent)
  const mantissa = shiftLeft(a.mantissa, a.exponent - exponent) + shiftLeft(b.mantissa, b.exponent - exponent)
  return mantissa === 0n ? ZERO : { mantissa, exponent }
}

export function times(a: ScaledInteger, b: ScaledInteger): ScaledInteger {
  return { mantissa: a.mantissa * b.mantissa, exponent: a.exponent + b.exponent }
}

export function negated(value: ScaledInteger): ScaledInteger {
  return { mantissa: -value.mantissa, exponent: value.exponent }
}

/**
 * The double nearest to value / divisor, ties to the even one: what IEEE 754 division would give, had it the exact
 * operands. Zero is +0. `divisor` is positive.
 */
export function rounded(value: ScaledInteger, divisor: bigint): number {
  if (value.mantissa === 0n) return 0
  const dividend = value.mantissa < 0n ? -value.mantissa : value.mantissa
  // Enough quotient bits for 53 and one to round by; what is left of the division makes the last one sticky.
  const shift = Math.max(PRECISION + 2 + bitLength(divisor) - bitLength(dividend), 0)
  const shifted = shiftLeft(dividend, shift)
  const quotient = shifted / divisor
  const isInexact = quotient * divisor !== shifted
  const exponent = value.exponent - shift
  const dropped = Math.max(bitLength(quotient) - PRECISION, MIN_EXPONENT - exponent)
  const magnitude = toDouble(roundShift(quotient, dropped, isInexact), exponent + dropped)
  return value.mantissa < 0n ? 0 - magnitude : magnitude
}

/** quotient / 2^count, rounded to the nearest integer, ties to even; `isInexact`: a part below the last bit is missing. */
function roundShift(quotient: bigint, count: number, isInexact: boolean): bigint {
  const kept = quotient >> BigInt(count)
  const rest = quotient - (kept << BigInt(count))
  const half = 1n << BigInt(count - 1)
  const isUp = rest > half || (rest === half && (isInexact || (kept & 1n) === 1n))
  return isUp ? kept + 1n : kept
}

/** mantissa * 2^exponent for a mantissa of at most 53 bits (or 2^53) and an exponent that loses none of them. */
function toDouble(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0
  if (bitLength(mantissa) + exponent > 1024) return Number.POSITIVE_INFINITY
  // In two steps, because 2^exponent alone may be out of range where the product is not.
  const step = Math.trunc(exponent / 2)
  return Number(mantissa) * powerOfTwo(step) * powerOfTwo(exponent - step)
}

/** 2^exponent for an exponent of a normal double. */
function powerOfTwo(exponent: number): number {
  BITS.setUint32(0, (exponent + 1023) << 20)
  BITS.setUint32(4, 0)
  return BITS.getFloat64(0)
}

function shiftLeft(value: bigint, count: number): bigint {
  return count === 0 ? value : value << BigInt(count)
}

/** How many bits a non-negative integer has: 0 for zero. */
function bitLength(value: bigint): number {
  const hex = value.toString(16)
  return value === 0n ? 0 : hex.length * 4 - Math.clz32(Number.parseInt(hex[0] as string, 16)) + 28
}
