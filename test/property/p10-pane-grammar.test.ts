/**
 * P10: the panes of one key and one concrete window are EARLY* ON_TIME? LATE*; their index counts 0, 1, 2, ...; their
 * non-speculative index is -1 while EARLY, then 0, 1, ...; the first alone is first; and nothing follows a last one (R67,
 * R69). Withdrawals are exempt (R74).
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from '../../src/core/bundle.ts'
import { NO_PANE, type PaneInfo } from '../../src/core/pane.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import type { TriggerState } from '../../src/core/trigger.ts'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { customTrigger } from '../../src/triggers/customTrigger.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { countPanes } from './support/countRows.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import {
  acceptedPlan,
  CHAINS,
  GROUP,
  groupsOf,
  keyOf,
  LATE,
  OTHER_READ,
  planOf,
  READ,
  type Shape,
} from './support/plans.ts'
import { windowText } from './support/rowText.ts'
import { DEFAULT_WINDOWING, el, end, wm } from './support/scripts.ts'
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

test('P10: a trigger that has finished is not asked again, whatever wakes its window', () => {
  const reached: Reached = { watermark: 0, clock: 0, element: 0 }
  const wakes = fc.constantFrom('watermark' as const, 'clock' as const, 'element' as const)
  checkLaw(
    fc.property(wakes, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 9 }), (wake, first, at) => {
      const steps: Record<typeof wake, LogStep> = {
        watermark: wm(first + 1),
        clock: { kind: 'clock', to: first + 1 },
        element: el('a', 2, at),
      }
      const plan = planOf(alwaysReady, DEFAULT_WINDOWING)
      const run = runStepLog(plan, { startAt: 0, steps: [el('a', 1, at), steps[wake], wm(12), end] })
      expect((run.rows[GROUP] ?? []).map(({ pane }) => pane)).toEqual([
        { timing: 'EARLY', index: 0, nonSpeculativeIndex: -1, isFirst: true, isLast: true },
      ])
      expect(run.rows[LATE]).toHaveLength(wake === 'element' ? 1 : 0)
      reach(reached, wake)
    }),
    30,
    reached,
  )
})

/** Finishes with its first firing, and would fire again at every millisecond of either time. */
const alwaysReady: Shape = (read, _windowing, _then, combine) => {
  const trigger = customTrigger<TriggerState>({
    name: 'always-ready',
    mayFinish: true,
    machine: {
      create: () => ({ finished: false }),
      onElement() {},
      onMerge: (parts) => ({ finished: parts.some(({ finished }) => finished) }),
      shouldFire: () => true,
      onFire(state) {
        state.finished = true
      },
      clear() {},
      eventTimeWake: (_state, { watermark }) => Math.max(watermark, 0) + 1,
      processingTimeWake: (_state, { processingTime }) => processingTime + 1,
      copy: (state) => ({ ...state }),
    },
  })
  const group = read(READ).pipe(
    keyBy(keyOf),
    windowInto(tumbling(10), { trigger, allowedLateness: 30, unsafeTrigger: 'allow' }),
    combinePerKey(combine, { name: GROUP }),
  )
  return { [GROUP]: group, [LATE]: group.late }
}

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
