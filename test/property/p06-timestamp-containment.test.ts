/** P6: the timestamp of every pane lies in its window: start <= timestamp <= end - 1 (R10, R31, R34). */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import { countPanes } from './support/countRows.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { acceptedPlan, CHAINS, GROUP, groupsOf, OTHER_READ, READ } from './support/plans.ts'
import { ALL_KINDS, livelyWindowings } from './support/windowings.ts'

const windowings = livelyWindowings({ kinds: ALL_KINDS, unsafe: true })

test.each(Object.entries(CHAINS))('P6: every pane is stamped within its window: %s', (name, shape) => {
  const splits = name === 'twoReads' ? { [READ]: ['0', '1'], [OTHER_READ]: ['0'] } : { [READ]: ['0', '1'] }
  const logs = interleavedLogs({ splits, maxSteps: 16, allowedLateness: 3, atomic: true })
  const reached: Reached = { EARLY: 0, ON_TIME: 0, LATE: 0, atStart: 0, inside: 0, atEnd: 0, bounded: 0 }
  checkLaw(
    fc.property(windowings, windowings, logs, (windowing, then, log) => {
      const plan = acceptedPlan(shape, windowing, then)
      if (plan === undefined) return
      const run = runStepLog(plan, log)
      for (const { path } of groupsOf(plan)) {
        for (const { window, timestamp } of run.rows[path] ?? []) {
          const { start, end } = window ?? { start: 0, end: 0 }
          expect(timestamp).toBeGreaterThanOrEqual(start)
          expect(timestamp).toBeLessThanOrEqual(end - 1)
          reach(reached, timestamp === end - 1 ? 'atEnd' : timestamp === start ? 'atStart' : 'inside')
          if (windowing.timestampCombiner !== 'endOfWindow') reach(reached, 'bounded')
        }
      }
      countPanes(reached, run.rows[GROUP] ?? [])
    }),
    120,
    reached,
  )
})
