/**
 * P16: lateness is exact to the millisecond. At W = max + L an element is accepted, at W = max + L + 1 it is dropped; at
 * W = max its window is open, at W = max + 1 it has fired (R50, R70). Watermarks stand on these bounds.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import {
  type WindowDescription,
  windowDescriptions,
  windowFnOf,
} from '../../src/testing/arbitraries/windowDescriptions.ts'
import { droppedOf } from './support/countRows.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { GROUP, LATE, planOf, SHAPES } from './support/plans.ts'
import { DEFAULT_WINDOWING, el, wm } from './support/scripts.ts'

const bounds = fc.constantFrom('max', 'max + 1', 'max + L', 'max + L + 1')
const value = { key: 'a', id: 0, amount: 0, isMarker: false }

test('P16: at max + L an element is accepted, a millisecond later it is dropped', () => {
  const reached: Reached = {
    accepted: 0,
    dropped: 0,
    early: 0,
    fired: 0,
    max: 0,
    'max + 1': 0,
    'max + L': 0,
    'max + L + 1': 0,
  }
  const scenes = fc.record({
    window: windowDescriptions(['tumbling', 'sliding', 'session']),
    allowedLateness: fc.nat({ max: 12 }),
    timestamp: fc.integer({ min: -30, max: 60 }),
    bound: bounds,
  })
  checkLaw(
    fc.property(scenes, fc.nat(), ({ window, allowedLateness, timestamp, bound }, pick) => {
      const ends = endsOf(window, timestamp)
      if (ends.length === 0) return
      const max = (ends[pick % ends.length] ?? 0) - 1
      const to = max + (bound.includes('L') ? allowedLateness : 0) + (bound.endsWith('+ 1') ? 1 : 0)
      const steps = [el('a', 1, timestamp), wm(to), el('b', 2, timestamp)]
      const { rows } = runStepLog(planOf(SHAPES.single, { ...DEFAULT_WINDOWING, window, allowedLateness }), {
        startAt: 0,
        steps,
      })
      const panesOf = (key: string): number[] =>
        (rows[GROUP] ?? [])
          .flatMap((row) => (row.key === key && row.window ? [row.window.end] : []))
          .sort((a, b) => a - b)
      const dropped = (rows[LATE] ?? []).map((row) => droppedOf(row).window?.end ?? 0).sort((a, b) => a - b)

      expect(dropped).toEqual(ends.filter((end) => to > end - 1 + allowedLateness))
      expect(panesOf('a')).toEqual(ends.filter((end) => to > end - 1))
      // Behind the end of its window but not dropped, an element fires at once.
      expect(panesOf('b')).toEqual(ends.filter((end) => to > end - 1 && to <= end - 1 + allowedLateness))
      reach(reached, bound)
      reach(reached, dropped.includes(max + 1) ? 'dropped' : 'accepted')
      reach(reached, panesOf('a').includes(max + 1) ? 'fired' : 'early')
    }),
    400,
    reached,
  )
})

function endsOf(window: WindowDescription, timestamp: number): number[] {
  const windowFn = windowFnOf(window)
  if (windowFn.shape === 'sequence') return []
  return [windowFn.assign(timestamp, value)]
    .flat()
    .map(({ end }) => end)
    .sort((a, b) => a - b)
}
