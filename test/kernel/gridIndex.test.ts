import fc from 'fast-check'
import { test } from 'vitest'
import { floorMod, GLOBAL_MAX, MIN_TIMESTAMP } from '../../src/core/time.ts'
import { gridIndex } from '../../src/kernel/group/gridIndex.ts'

test('a division finds the same cell of a grid as a remainder, up to the ends of time', () => {
  const period = fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 2 ** 40 }))
  const cell = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -1_000, max: 1_000 }))
  const nextTo = fc.constantFrom(-1, 0, 1)
  fc.assert(
    fc.property(period, fc.nat(), cell, nextTo, (size, shift, index, step) => {
      const offset = shift % size
      const near = index * size + offset + step
      // Far cells fall outside of time: there its ends are looked at.
      const timestamp = Math.min(Math.max(near, MIN_TIMESTAMP + size), GLOBAL_MAX + Math.min(step, 0))
      const expected = timestamp - floorMod(timestamp - offset, size)
      return Object.is(gridIndex(timestamp, size, offset) * size + offset, expected)
    }),
    { numRuns: 2_000 },
  )
})
