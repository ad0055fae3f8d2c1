import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logsOf } from '../../src/testing/arbitraries/logsOf.ts'

test('logs of own values bring them in every kind of step, twice where an element comes twice', () => {
  const reached = { elements: 0, atomic: 0, watermarks: 0, twice: 0 }
  const values = fc.record({ page: fc.constantFrom('/', '/buy'), ms: fc.nat() })
  fc.assert(
    fc.property(logsOf(values, { atomic: true }), ({ steps }) => {
      const seen = new Set<unknown>()
      for (const step of steps) {
        const elements = step.kind === 'element' ? [step] : step.kind === 'atomic' ? step.elements : []
        for (const { value, timestamp } of elements) {
          expect(value).toMatchObject({ page: expect.stringContaining('/'), ms: expect.any(Number) })
          expect(Number.isInteger(timestamp)).toBe(true)
          if (seen.has(value)) reached.twice++
          seen.add(value)
        }
        if (step.kind === 'element') reached.elements++
        if (step.kind === 'atomic') reached.atomic++
        if (step.kind === 'watermark') reached.watermarks++
      }
    }),
    { numRuns: 100, seed: 7 },
  )
  expect(Object.values(reached).every((times) => times > 0)).toBe(true)
})
