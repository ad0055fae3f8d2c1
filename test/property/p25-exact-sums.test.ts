import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CombineFn } from '../../src/core/combine.ts'
import { mean } from '../../src/transforms/combiners/mean.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { variance } from '../../src/transforms/combiners/variance.ts'
import { type Fraction, fractionOf, isRounded, over, sumOf } from '../combiners/exactOracle.ts'

// P25: any permutation, any split into accumulators and any merge tree gives the same bits (R114).
const RUNS = 1_000 * Number(process.env.TIDEMARK_RUNS ?? 1)

/** Small numbers, powers of two far apart, neighbours of ties, subnormals and numbers that overflow when added. */
const number = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: -999, max: 999 }).map((cents) => cents / 100),
  fc
    .tuple(fc.integer({ min: -1074, max: 1023 }), fc.constantFrom(1, -1))
    .map(([exponent, sign]) => sign * 2 ** exponent),
  fc.constantFrom(2 ** 53, 2 ** 53 + 2, 2 ** -53, 2 ** -54, 2 ** -106, 1 + 2 ** -52, 5e-324, -5e-324, 2 ** -1022),
  fc.constantFrom(1e308, -1e308, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 970, -(2 ** 970)),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
)

/** Lists in which some numbers come back negated, so that what is left is small against what was added. */
const numbers = fc
  .tuple(fc.array(number, { maxLength: 10 }), fc.array(fc.nat({ max: 9 }), { maxLength: 8 }))
  .map(([list, cancelled]) => [...list, ...cancelled.flatMap((at) => (list[at] === undefined ? [] : [-list[at]]))])

/** The list, an order of it, how it is dealt to accumulators, and which of these are merged. */
const scripts = numbers.chain((list) =>
  fc.record({
    list: fc.constant(list),
    order: fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
    deal: fc.array(fc.nat({ max: 3 }), { minLength: list.length, maxLength: list.length }),
    merges: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
  }),
)

/** The result of adding the list in its order, dealt to four accumulators that are merged pair by pair. */
function combined<A>(
  fn: CombineFn<number, A, number>,
  { order, deal, merges }: { order: readonly number[]; deal: readonly number[]; merges: readonly number[] },
): number {
  const parts = Array.from({ length: 4 }, () => fn.create())
  order.forEach((value, at) => {
    const part = deal[at] ?? 0
    parts[part] = fn.add(parts[part] as A, value, 0)
  })
  for (const pick of merges) {
    const [from] = parts.splice(pick % parts.length, 1) as [A]
    const into = pick % parts.length
    parts[into] = fn.merge(parts[into] as A, from)
  }
  return fn.extract(parts[0] as A)
}

function inOrder<A>(fn: CombineFn<number, A, number>, list: readonly number[]): A {
  return list.reduce((accumulator, value) => fn.add(accumulator, value, 0), fn.create())
}

test('a sum is the double nearest to the exact sum, in every order, split and merge', () => {
  const seen = { inexact: 0, overflowsOnTheWay: 0, overflows: 0, cancels: 0, subnormal: 0, wide: 0 }
  fc.assert(
    fc.property(scripts, (script) => {
      const { list } = script
      const result = combined(sum(), script)
      const exact = sumOf(list)
      expect(isRounded(result, exact)).toBe(true)
      expect(Object.is(sum().extract(inOrder(sum(), list)), result)).toBe(true)
      const plain = list.reduce((a, b) => a + b, 0)
      if (plain !== result) seen.inexact++
      if (Number.isFinite(result) && !Number.isFinite(plain)) seen.overflowsOnTheWay++
      if (!Number.isFinite(result)) seen.overflows++
      if (result === 0 && list.length > 0) seen.cancels++
      if (result !== 0 && Math.abs(result) < 2 ** -1022) seen.subnormal++
      if (inOrder(sum(), list).rest.mantissa !== 0n) seen.wide++
    }),
    { numRuns: RUNS },
  )
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(0)
})

test('a mean is the double nearest to the exact sum over the count', () => {
  const seen = { fast: 0, wide: 0, subnormal: 0, sumOverflows: 0 }
  fc.assert(
    fc.property(scripts, (script) => {
      const { list } = script
      const result = combined(mean(), script)
      if (list.length === 0) return Number.isNaN(result)
      const accumulator = inOrder(mean(), list)
      if (accumulator.sum.rest.mantissa === 0n && accumulator.sum.low !== 0) seen.fast++
      if (accumulator.sum.rest.mantissa !== 0n) seen.wide++
      if (result !== 0 && Math.abs(result) < 2 ** -1022) seen.subnormal++
      if (!Number.isFinite(sum().extract(accumulator.sum))) seen.sumOverflows++
      return isRounded(result, over(sumOf(list), BigInt(list.length)))
    }),
    { numRuns: RUNS },
  )
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(0)
})

test('a mean of numbers of like size, as data has them, is rounded once', () => {
  const prices = fc.array(fc.double({ min: 0.01, max: 1_000, noNaN: true }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(prices, (list) =>
      isRounded(mean().extract(inOrder(mean(), list)), over(sumOf(list), BigInt(list.length))),
    ),
    { numRuns: RUNS / 5 },
  )
})

test('a variance is the double nearest to the exact one', () => {
  fc.assert(
    fc.property(scripts, (script) => {
      const fn = variance((value: number) => value, { of: 'population' })
      const result = combined(fn, script)
      const n = BigInt(script.list.length)
      if (n === 0n) return Number.isNaN(result)
      return isRounded(result, exactVariance(script.list, n))
    }),
    { numRuns: RUNS },
  )
})

test('what is withdrawn leaves no trace, infinities and NaN included', () => {
  const values = fc.array(fc.oneof(number, fc.constantFrom(NaN, Infinity, -Infinity)), { maxLength: 8 })
  let special = 0
  fc.assert(
    fc.property(values, values, (kept, taken) => {
      if (taken.some((value) => !Number.isFinite(value))) special++
      for (const fn of [sum(), mean()] as CombineFn<number, unknown, number>[]) {
        const withdrawn = taken.reduce(
          (accumulator, value) => fn.remove?.(accumulator, value, 0),
          inOrder(fn, [...taken, ...kept]),
        )
        expect(Object.is(fn.extract(withdrawn), fn.extract(inOrder(fn, kept)))).toBe(true)
      }
    }),
    { numRuns: RUNS },
  )
  expect(special).toBeGreaterThan(0)
})

test('infinities and NaN decide a sum and a mean, in every order, split and merge, and in columns', () => {
  const seen = { opposite: 0, nan: 0, positive: 0, negative: 0, finite: 0, apart: 0 }
  const specials = fc.array(fc.constantFrom(Infinity, -Infinity, Infinity, -Infinity, NaN), { maxLength: 3 })
  const lists = fc
    .tuple(fc.array(number, { maxLength: 4 }), specials)
    .map(([finite, special]) => [...finite, ...special])
  const dealt = lists.chain((list) =>
    fc.record({
      order: fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
      deal: fc.array(fc.nat({ max: 3 }), { minLength: list.length, maxLength: list.length }),
      merges: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
    }),
  )
  fc.assert(
    fc.property(dealt, (script) => {
      const { order, deal } = script
      const has = { up: order.includes(Infinity), down: order.includes(-Infinity), nan: order.some(Number.isNaN) }
      if (!has.up && !has.down && !has.nan) {
        seen.finite++
        return
      }
      const expected = has.nan || (has.up && has.down) ? NaN : has.up ? Infinity : -Infinity
      expect(combined(sum(), script)).toBe(expected)
      expect(combined(mean(), script)).toBe(expected)
      const column = sum().column?.()
      column?.grow(1)
      column?.addMany(new Int32Array(order.length), order, new Float64Array(order.length), 0, order.length)
      expect(column?.extract(0)).toBe(expected)

      seen[has.nan ? 'nan' : has.up && has.down ? 'opposite' : has.up ? 'positive' : 'negative']++
      if (deal[order.indexOf(Infinity)] !== deal[order.indexOf(-Infinity)] && has.up && has.down) seen.apart++
    }),
    { numRuns: RUNS / 2 },
  )
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(0)
})

test('a column of sums gives the bits of single accumulators', () => {
  let spilled = 0
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const column = sum().column?.()
      const values = [...a, ...b]
      const slots = Int32Array.from(values, (_, at) => (at < a.length ? 0 : 1))
      column?.grow(2)
      column?.addMany(slots, values, new Float64Array(values.length), 0, values.length)
      for (const [slot, list] of [a, b].entries()) {
        const accumulator = inOrder(sum(), list)
        if (accumulator.rest.mantissa !== 0n) spilled++
        expect(Object.is(column?.extract(slot), sum().extract(accumulator))).toBe(true)
      }
    }),
    { numRuns: RUNS },
  )
  expect(spilled).toBeGreaterThan(0)
})

/** n * (sum of squares) - (sum)^2, over n^2. */
function exactVariance(list: readonly number[], n: bigint): Fraction {
  const total = sumOf(list)
  const squares = list.map(fractionOf).reduce(
    (a, { numerator, denominator }) => ({
      numerator: a.numerator * denominator ** 2n + numerator ** 2n * a.denominator,
      denominator: a.denominator * denominator ** 2n,
    }),
    { numerator: 0n, denominator: 1n },
  )
  return {
    numerator: n * squares.numerator * total.denominator ** 2n - total.numerator ** 2n * squares.denominator,
    denominator: squares.denominator * total.denominator ** 2n * n * n,
  }
}
