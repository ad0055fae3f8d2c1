/**
 * An oracle for exactly rounded results, made of nothing but BigInt fractions: it does not compute the rounded double,
 * it judges one by its distance from the exact value and from its neighbours.
 */

/** numerator / denominator, the denominator positive. */
export interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** The exact value of a finite double: doubled until nothing is behind the point. */
export function fractionOf(value: number): Fraction {
  let denominator = 1n
  let whole = value
  while (!Number.isInteger(whole)) {
    whole *= 2
    denominator *= 2n
  }
  return { numerator: BigInt(whole), denominator }
}

export function sumOf(values: readonly number[]): Fraction {
  return values.map(fractionOf).reduce(
    (a, b) => ({
      numerator: a.numerator * b.denominator + b.numerator * a.denominator,
      denominator: a.denominator * b.denominator,
    }),
    { numerator: 0n, denominator: 1n },
  )
}

export function over(value: Fraction, divisor: bigint): Fraction {
  return { numerator: value.numerator, denominator: value.denominator * divisor }
}

/** True when no double is nearer to the exact value, and of two that are equally near this is the even one. */
export function isRounded(result: number, exact: Fraction): boolean {
  if (exact.numerator === 0n) return Object.is(result, 0)
  if (!Number.isFinite(result)) return isOverflow(result, exact)
  if (Object.is(result, -0)) return false
  const error = distance(result, exact)
  return [neighbour(result, 1), neighbour(result, -1)].every((other) => {
    if (!Number.isFinite(other)) return !isOverflow(other, exact)
    const order = compare(error, distance(other, exact))
    return order < 0 || (order === 0 && isEven(result))
  })
}

/** From half a step beyond the largest double on, rounding gives an infinity. */
function isOverflow(result: number, exact: Fraction): boolean {
  const limit = 2n ** 1024n - 2n ** 970n
  const size = exact.numerator < 0n ? -exact.numerator : exact.numerator
  return result > 0 === exact.numerator > 0n && size >= limit * exact.denominator
}

function distance(double: number, exact: Fraction): Fraction {
  const { numerator, denominator } = fractionOf(double)
  const difference = numerator * exact.denominator - exact.numerator * denominator
  return { numerator: difference < 0n ? -difference : difference, denominator: denominator * exact.denominator }
}

function compare(a: Fraction, b: Fraction): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** The next double up (1) or down (-1): the one whose bits, read as an integer, are next. */
function neighbour(value: number, step: 1 | -1): number {
  if (value === 0) return step * Number.MIN_VALUE
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(value > 0 ? step : -step))
  return view.getFloat64(0)
}

function isEven(value: number): boolean {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  return (view.getUint8(7) & 1) === 0
}
