import { expect, test } from 'vitest'
import { MAX_TIMESTAMP, MIN_TIMESTAMP, minutes } from '../../src/core/time.ts'
import type { WatermarkStrategy } from '../../src/core/watermark.ts'
import { after, neverIdle } from '../../src/io/idle.ts'
import { boundedOutOfOrderness } from '../../src/io/watermarks/boundedOutOfOrderness.ts'
import { customWatermark } from '../../src/io/watermarks/customWatermark.ts'
import { manualWatermark } from '../../src/io/watermarks/manualWatermark.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { punctuated } from '../../src/io/watermarks/punctuated.ts'

function estimates<T>(strategy: WatermarkStrategy<T>, elements: readonly (readonly [number, T])[]): number[] {
  const estimator = strategy.create()
  return elements.map(([timestamp, value]) => estimator.onElement(timestamp, value))
}

test('bounded out-of-orderness trails the highest timestamp by the bound', () => {
  const elements = [10, 7, 12, 12, 30].map((timestamp) => [timestamp, undefined] as const)
  expect(estimates(boundedOutOfOrderness(5), elements)).toEqual([5, 5, 7, 7, 25])
  expect(boundedOutOfOrderness(minutes(2)).bound).toBe(120_000)
})

test('bounded out-of-orderness never goes below the smallest timestamp', () => {
  expect(estimates(boundedOutOfOrderness(5), [[MIN_TIMESTAMP + 2, undefined]])).toEqual([MIN_TIMESTAMP])
})

test('monotonous is the highest timestamp, so equal timestamps stay on time', () => {
  expect(
    estimates(
      monotonous(),
      [10, 10, 11].map((timestamp) => [timestamp, 0] as const),
    ),
  ).toEqual([10, 10, 11])
  expect(monotonous()).toMatchObject({ bound: 0, spec: { kind: 'monotonous' } })
})

test('a bound must be a whole number of milliseconds that is not negative', () => {
  for (const bound of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => boundedOutOfOrderness(bound)).toThrow('[INVALID_ARGUMENT] boundedOutOfOrderness')
  }
})

test('punctuated takes the watermarks that elements carry and ignores lower ones', () => {
  const strategy = punctuated<number | undefined>((claim) => claim)
  expect(
    estimates(strategy, [
      [1, undefined],
      [2, 5],
      [9, 3],
      [9, 8],
    ]),
  ).toEqual([MIN_TIMESTAMP, 5, 5, 8])
})

test('punctuated refuses a watermark that is no time', () => {
  const at = (claim: number) => () =>
    estimates(
      punctuated<number>((value) => value),
      [[0, claim]],
    )
  expect(at(Number.NaN)).toThrow('[INVALID_TIMESTAMP]')
  expect(at(1.5)).toThrow('[INVALID_TIMESTAMP]')
  expect(at(MAX_TIMESTAMP)()).toEqual([MAX_TIMESTAMP])
})

test('a manual watermark takes effect at the next element and never goes back', () => {
  const complete = manualWatermark()
  const estimator = complete.create()
  expect(estimator.onElement(10, 'a')).toBe(MIN_TIMESTAMP)
  complete.advanceTo(7)
  expect(estimator.onElement(11, 'b')).toBe(7)
  expect(() => complete.advanceTo(6)).toThrow('[WATERMARK_REGRESSED]')
})

test('a custom watermark is made by its author and named in its spec', () => {
  const strategy = customWatermark<string>({
    name: 'byLength',
    parameters: { unit: 10 },
    create: () => ({ onElement: (_timestamp, value) => value.length * 10, save: () => null }),
  })
  expect(estimates(strategy, [[0, 'abc']])).toEqual([30])
  expect(strategy.spec).toEqual({ kind: 'custom', name: 'byLength', parameters: { unit: 10 } })
  expect(() => customWatermark({ name: '', create: () => monotonous().create() })).toThrow('[INVALID_ARGUMENT]')
})

test('an estimator restored from its state goes on where it stood', () => {
  const manual = manualWatermark()
  manual.advanceTo(20)
  for (const strategy of [boundedOutOfOrderness(5), monotonous(), manual, punctuated<number>((value) => value)]) {
    const first = strategy.create()
    first.onElement(20, 20)
    const restored = strategy.create(JSON.parse(JSON.stringify(first.save())))
    expect(restored.onElement(3, 3)).toBe(first.onElement(3, 3))
    expect(restored.save()).toBe(20)
  }
})

test('idleness is declared with a length of quiet, or never', () => {
  expect(after(30_000)).toEqual({ kind: 'after', quiet: 30_000 })
  expect(neverIdle()).toEqual({ kind: 'never' })
  expect(() => after(0)).toThrow('[INVALID_ARGUMENT] after(0)')
})
