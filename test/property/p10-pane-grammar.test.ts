/**
 * P10: the panes of one key and one concrete window are EARLY* ON_TIME? LATE*; their index counts 0, 1, 2, ...; their
 * non-speculative index is -1 while EARLY, then 0, 1, ...; the first alone is first; and nothing follows a last one (R67,
 * R69). Withdrawals are exempt (R74).
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from '../../src/core/bundle.ts'
import { NO_PANE, type PaneInfo } from '../../src/core/pane.ts'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import { countPanes } from './support/countRows.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { acceptedPlan, CHAINS, GROUP, groupsOf, OTHER_READ, READ } from './support/plans.ts'
import { windowText } from './support/rowText.ts'
import { ALL_KINDS, livelyWindowings } from './support/windowings.ts'

const windowings = livelyWindowings({ kinds: ALL_KINDS, unsafe: true })

test.each(Object.entries(CHAINS))('P10: panes of a window keep their grammar: %s', (name, shape) => {
  const splits = name === 'twoReads' ? { [READ]: ['0', '1'], [OTHER_READ]: ['0'] } : { [READ]: ['0', '1'] }
  const logs = interleavedLogs({ splits, maxSteps: 18, keys: 2, allowedLateness: 3, atomic: true })
  const reached: Reached = { EARLY: 0, ON_TIME: 0, LATE: 0, several: 0, all: 0, notLast: 0, last: 0 }
  checkLaw(
    fc.property(windowings, windowings, logs, (windowing, then, log) => {
      const plan = acceptedPlan(shape, windowing, then)
      if (plan === undefined) return
      const run = runStepLog(plan, log)
      for (const { path } of groupsOf(plan)) {
        for (const panes of panesByWindow(run.rows[path] ?? [])) {
          const timings = panes.map(({ timing }) => timing).join(' ')
          expect(timings).toMatch(/^(EARLY ?)*(ON_TIME ?)?(LATE ?)*$/)
          expect(panes.map(({ index }) => index)).toEqual(panes.map((_, at) => at))
          const early = panes.filter(({ timing }) => timing === 'EARLY').length
          expect(panes.map(({ nonSpeculativeIndex }) => nonSpeculativeIndex)).toEqual(
            panes.map((_, at) => Math.max(at - early, -1)),
          )
          expect(panes.map(({ isFirst }) => isFirst)).toEqual(panes.map((_, at) => at === 0))
          expect(panes.slice(0, -1).filter(({ isLast }) => isLast)).toEqual([])

          if (/EARLY.*ON_TIME.*LATE/.test(timings)) reach(reached, 'all')
          reach(reached, panes.at(-1)?.isLast ? 'last' : 'notLast')
        }
      }
      countPanes(reached, run.rows[GROUP] ?? [])
    }),
    120,
    reached,
  )
})

/** The panes of each key and window, in their order. */
function panesByWindow(rows: readonly Row[]): PaneInfo[][] {
  const panes = new Map<string, PaneInfo[]>()
  for (const { key, window, pane = NO_PANE, retraction } of rows) {
    if (retraction) continue
    const id = `${String(key)} ${windowText(window)}`
    panes.set(id, [...(panes.get(id) ?? []), pane])
  }
  return [...panes.values()]
}
