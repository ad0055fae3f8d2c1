import { expect, test } from 'vitest'
import { Pace } from '../../src/runners/local/pace.ts'

/** A pace of bundles of 1,024, by a clock that a test moves. */
function paced() {
  let now = 0
  const pace = new Pace({ now: () => now, wakeAt: () => () => {} }, 1024)
  const bundle = (took: number): number => {
    pace.bundleBegins()
    now += took
    pace.bundleEnds()
    return pace.limit
  }
  return { pace, bundle }
}

test('bundles become smaller while they take long, and large again afterwards', () => {
  const { bundle } = paced()
  expect([bundle(1), bundle(2), bundle(9), bundle(100)]).toEqual([1024, 512, 256, 128])
  expect([bundle(9), bundle(9), bundle(9), bundle(9), bundle(9), bundle(9)]).toEqual([64, 32, 16, 8, 8, 8])
  expect([bundle(1), bundle(0), bundle(0), bundle(0)]).toEqual([16, 32, 64, 128])
  expect([bundle(0), bundle(0), bundle(0), bundle(0)]).toEqual([256, 512, 1024, 1024])
})

test('a clock that stands still changes nothing', () => {
  const { pace, bundle } = paced()
  expect([bundle(0), bundle(0), pace.isSpent]).toEqual([1024, 1024, false])
})

test('after a barrier bundles begin small', () => {
  const { pace, bundle } = paced()
  pace.careful()
  expect([pace.limit, bundle(0), bundle(0)]).toEqual([8, 16, 32])
})

test('the host gets its turn after some milliseconds', () => {
  const { pace, bundle } = paced()
  bundle(3)
  expect(pace.isSpent).toBe(false)
  bundle(1)
  expect(pace.isSpent).toBe(true)
  pace.breathed()
  expect(pace.isSpent).toBe(false)
})
