/**
 * P23: once the watermark has passed the expiry of every window, groupings keep nothing of them: no tables, cells, slices,
 * sequences, waiting elements, tombstones, holds or timers. The saved state of a node is then that of an empty one, but for
 * watermarks and counters. Keys of a sequence are the exception until the end: a sequence never expires.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from '../../src/core/graph.ts'
import { MAX_TIMESTAMP } from '../../src/core/time.ts'
import { type StepRun, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import type { WindowingDescription } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { countDrops, countPanes } from './support/countRows.ts'
import { emittedBy } from './support/emitted.ts'
import { expectEmpty, finalWatermarks, liveEntries } from './support/emptyState.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { liveHolds, liveWindows } from './support/liveState.ts'
import { acceptedPlan, GROUP, groupsOf, LATE, OTHER_READ, planOf, READ, SHAPES } from './support/plans.ts'
import { DEFAULT_WINDOWING, el, end, wm } from './support/scripts.ts'
import { ALL_KINDS, livelyWindowings, SEQUENCE_KINDS } from './support/windowings.ts'

test.each(Object.entries(SHAPES))('P23: at the end of input no grouping keeps anything: %s', (name, shape) => {
  const splits = name === 'twoReads' ? { [READ]: ['0', '1'], [OTHER_READ]: ['0'] } : { [READ]: ['0', '1'] }
  const logs = interleavedLogs({ splits, maxSteps: 14, allowedLateness: 3, atomic: true, ends: false })
  const windowings = livelyWindowings({ kinds: ALL_KINDS, unsafe: true })
  const reached: Reached = { live: 0, held: 0, 'dropped late': 0, EARLY: 0, byWatermark: 0, byEnd: 0 }
  // Groupings with several combiners share the late port of the first; a tombstone is what drops rows as closed.
  if (name === 'single') reached['dropped closed'] = 0
  checkLaw(
    fc.property(windowings, windowings, logs, fc.boolean(), (windowing, then, log, endsByWatermark) => {
      const plan = acceptedPlan(shape, windowing, then)
      if (plan === undefined) return
      const run = startStepRun(plan, log)
      run.apply(...log.steps)
      countLive(run, plan, reached)
      run.apply(...(endsByWatermark ? finalWatermarks(log) : [end]))
      expectEmpty(run, plan)

      reach(reached, endsByWatermark ? 'byWatermark' : 'byEnd')
      countPanes(reached, run.log().rows[GROUP] ?? [])
      countDrops(reached, run.log().rows[LATE] ?? [])
    }),
    80,
    reached,
  )
})

test('P23: past the expiry of all windows no grouping keeps anything, though the input goes on', () => {
  const windowings = livelyWindowings({ unsafe: true })
  const logs = interleavedLogs({ splits: { [READ]: ['0'] }, idle: false, maxSteps: 14, atomic: true, ends: false })
  const reached: Reached = { live: 0, held: 0, atExpiry: 0, EARLY: 0, LATE: 0, withdrawal: 0, merged: 0 }
  checkLaw(
    fc.property(windowings, logs, (windowing, log) => {
      const plan = acceptedPlan(SHAPES.single, windowing)
      if (plan === undefined) return
      const run = startStepRun(plan, log)
      run.apply(...log.steps)
      const before = emittedBy(run.log(), READ).watermark
      countLive(run, plan, reached)
      const to = lastExpiry(run, windowing)
      if (to === undefined || to < before) return
      // One millisecond sooner the last window may still be there.
      run.apply(...finalWatermarks(log, to))
      if (liveWindows(run.snapshot().nodes[GROUP]) > 0) reach(reached, 'atExpiry')
      run.apply(...finalWatermarks(log, to + 1))
      expectEmpty(run, plan)

      const rows = run.log().rows[GROUP] ?? []
      countPanes(reached, rows)
      if (rows.some(({ pane }) => (pane?.merging?.revision ?? 0) > 1)) reach(reached, 'merged')
    }),
    250,
    reached,
  )
})

test('P23: a read that ends while another lags does not stop at windows that hold nothing', () => {
  const sliding: WindowingDescription = {
    ...DEFAULT_WINDOWING,
    window: { kind: 'sliding', size: 11, period: 1, offset: 0 },
  }
  const plan = planOf(SHAPES.twoReads, sliding)
  const run = startStepRun(plan, { startAt: 0 })
  run.apply(el('a', 1, 20, { read: READ }), wm(0, { read: OTHER_READ }), wm(MAX_TIMESTAMP, { read: READ }))
  expect(liveEntries(run.snapshot().nodes[GROUP])).toBe(1)
  run.apply(wm(MAX_TIMESTAMP, { read: OTHER_READ }))
  expectEmpty(run, plan)
  expect(run.log().rows[GROUP]?.map(({ timestamp }) => timestamp)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30])
})

/** The moment up to which some window of the script can be open: W = max + L of the last (R70). */
function lastExpiry(run: StepRun, { allowedLateness, window }: WindowingDescription): number | undefined {
  const rows = run.log().rows[READ] ?? []
  if (rows.length === 0 || SEQUENCE_KINDS.includes(window.kind)) return undefined
  const longest = window.kind === 'session' ? window.gap : 'size' in window ? window.size : 0
  return Math.max(...rows.map(({ timestamp }) => timestamp)) + longest - 1 + allowedLateness
}

/** Counts what is there to be cleaned up. */
function countLive(run: StepRun, plan: Plan, reached: Reached): void {
  const { nodes } = run.snapshot()
  for (const { path } of groupsOf(plan)) {
    if (liveEntries(nodes[path]) > 0) reach(reached, 'live')
    if (liveHolds(nodes[path]).some(Number.isFinite)) reach(reached, 'held')
  }
}
