/**
 * P5: every pane that is not LATE is stamped at or after the output watermark under which it leaves; so no downstream
 * grouping ever takes one for late. Withdrawals are exempt: they carry the timestamp of what they withdraw (R74). Splits do
 * not fall idle here: what waits behind an idle input is overtaken by declaration (R38).
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from '../../src/core/bundle.ts'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import type { WindowingDescription } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { countPanes, droppedOf } from './support/countRows.ts'
import { emittedBy } from './support/emitted.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { acceptedPlan, CHAINS, GROUP, groupsOf, OTHER_READ, planOf, READ, SHAPES } from './support/plans.ts'
import { DEFAULT_WINDOWING, el, end } from './support/scripts.ts'
import { ALL_KINDS, livelyWindowings } from './support/windowings.ts'

const windowings = livelyWindowings({ kinds: ALL_KINDS, unsafe: true })

test.each(Object.entries(CHAINS))('P5: nothing but late panes leaves behind the watermark: %s', (name, shape) => {
  const splits = name === 'twoReads' ? { [READ]: ['0', '1'], [OTHER_READ]: ['0'] } : { [READ]: ['0', '1'] }
  const logs = interleavedLogs({ splits, idle: false, maxSteps: 16, allowedLateness: 3, atomic: true })
  const reached: Reached = { EARLY: 0, ON_TIME: 0, LATE: 0, atWatermark: 0, pulledBack: 0 }
  if (name === 'regrouped' || name === 'rewindowed') reached.toSecond = 0
  checkLaw(
    fc.property(windowings, windowings, logs, (windowing, then, log) => {
      const plan = acceptedPlan(shape, windowing, then)
      if (plan === undefined) return
      const run = runStepLog(plan, log)
      for (const { path } of groupsOf(plan)) {
        const emitted = emittedBy(run, path).rows.filter(({ row }) => isPromise(row))
        expect(emitted.filter(({ row, watermark }) => row.timestamp < watermark)).toEqual([])

        const dropped = run.rows[`${path}:late`] ?? []
        const behind = dropped.filter((row) => ['late', 'order'].includes(droppedOf(row).reason))
        expect(behind.filter(({ pane, ...row }) => pane?.timing !== undefined && isPromise({ ...row, pane }))).toEqual(
          [],
        )

        for (const { row, watermark } of emitted) {
          if (row.timestamp === watermark) reach(reached, 'atWatermark')
          if (row.window && row.timestamp < row.window.end - 1) reach(reached, 'pulledBack')
          if (path !== GROUP) reach(reached, 'toSecond')
        }
      }
      countPanes(reached, run.rows[GROUP] ?? [])
    }),
    120,
    reached,
  )
})

test('P5: the tail of a sequence leaves before the watermark passes the last timestamp', () => {
  const tails: WindowingDescription = {
    ...DEFAULT_WINDOWING,
    window: { kind: 'punctuation', marker: 'closes', scope: 'key', atMost: 0 },
  }
  // The global window stops the watermark just before the end of input.
  const plan = planOf(SHAPES.meeting, tails, { ...DEFAULT_WINDOWING, window: { kind: 'global' } })
  const run = runStepLog(plan, { startAt: 0, steps: [el('a', 0, 0), end] })
  expect(emittedBy(run, GROUP).rows.map(({ row, watermark }) => row.timestamp >= watermark)).toEqual([true])
})

/** A pane whose timing says that it is not behind the watermark. */
function isPromise({ pane, retraction }: Row): boolean {
  return !retraction && (pane?.timing === 'EARLY' || pane?.timing === 'ON_TIME')
}
