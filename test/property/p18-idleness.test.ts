/**
 * P18: an input that never emits and is idle changes nothing; an input that comes back never lowers a watermark; and an
 * input that is busy is never idle: whatever it brings makes it active (R38).
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from '../../src/core/graph.ts'
import type { StepLog } from '../../src/core/stepLog.ts'
import { MAX_TIMESTAMP, MIN_TIMESTAMP } from '../../src/core/time.ts'
import { type LocalRunLog, runStepLog, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import { countPanes } from './support/countRows.ts'
import { emittedBy, emittedLines } from './support/emitted.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { acceptedPlan, GROUP, OTHER_READ, planOf, READ, resultPorts, SHAPES } from './support/plans.ts'
import { DEFAULT_WINDOWING, wm } from './support/scripts.ts'
import { livelyWindowings } from './support/windowings.ts'

const windowings = livelyWindowings({ unsafe: true })

test.each([
  ['a split', { read: READ, split: 'silent' }],
  ['a read', { read: OTHER_READ, split: '0' }],
])('P18: %s that is silent and idle changes nothing', (_name, silent) => {
  const own = { [READ]: ['0', '1'] }
  const logs = interleavedLogs({ splits: own, maxSteps: 12, allowedLateness: 3, atomic: true, ends: false })
  const reached: Reached = { EARLY: 0, ON_TIME: 0, LATE: 0, moved: 0 }
  checkLaw(
    fc.property(windowings, logs, (windowing, log) => {
      const isRead = silent.read === OTHER_READ
      const plan = acceptedPlan(isRead ? SHAPES.twoReads : SHAPES.single, windowing)
      // The end goes out only when no input is left that could bring elements (R5), and an idle one still could.
      if (plan === undefined || log.steps.some((step) => step.kind === 'watermark' && step.to === MAX_TIMESTAMP)) return
      const splits = isRead ? { ...own, [OTHER_READ]: ['0'] } : { [READ]: ['0', '1', 'silent'] }
      const quiet: StepLog = { ...log, splits, steps: [{ kind: 'idle', ...silent }, ...log.steps] }
      // A plan's read cannot be left out of a script; one that has ended is not there any more.
      const gone = { ...quiet, steps: [wm(MAX_TIMESTAMP, silent), ...log.steps] }
      const expected = runStepLog(plan, isRead ? gone : log)
      expect(everythingOf(plan, runStepLog(plan, quiet))).toEqual(everythingOf(plan, expected))
      countPanes(reached, expected.rows[GROUP] ?? [])
      if (emittedBy(expected, GROUP).watermark > MIN_TIMESTAMP) reach(reached, 'moved')
    }),
    150,
    reached,
  )
})

test('P18: inputs that fall idle and come back never lower a watermark, and a busy input is active', () => {
  const splits = { [READ]: ['0', '1'], [OTHER_READ]: ['0'] }
  const logs = interleavedLogs({ splits, maxSteps: 14, allowedLateness: 3, atomic: true })
  const reached: Reached = { cameBack: 0, behind: 0, wokenByElement: 0 }
  checkLaw(
    fc.property(windowings, logs, (windowing, log) => {
      const plan = acceptedPlan(SHAPES.twoReads, windowing)
      if (plan === undefined) return
      const run = startStepRun(plan, log)
      const idle = new Set<string>()
      for (const step of log.steps) {
        const before = Object.keys(run.log().watermarks).map((port) => [port, emittedBy(run.log(), port).watermark])
        run.apply(step)
        for (const [port, watermark] of before) {
          expect(emittedBy(run.log(), String(port)).watermark).toBeGreaterThanOrEqual(Number(watermark))
        }
        if (!('split' in step) || step.kind === 'watermark') continue
        const place = `${step.read} ${step.split}`
        const wasIdle = idle.has(place)
        if (step.kind === 'idle') idle.add(place)
        else idle.delete(place)
        if (step.kind === 'active' && wasIdle) reach(reached, 'cameBack')
        if (step.kind === 'element' && wasIdle) {
          reach(reached, 'wokenByElement')
          if ((step.timestamp ?? 0) < emittedBy(run.log(), String(step.read)).watermark) reach(reached, 'behind')
        }
        expect(idleOf(run.snapshot().nodes[String(step.read)], String(step.split))).toBe(step.kind === 'idle')
      }
    }),
    60,
    reached,
  )
})

test('P18: an input that comes back behind what was sent counts again only when it has caught up', () => {
  const reached: Reached = { behind: 0, level: 0, ahead: 0, caughtUp: 0 }
  const rise = fc.nat({ max: 6 })
  const inputs = fc.constantFrom([READ, '1'] as const, [OTHER_READ, '0'] as const)
  checkLaw(
    fc.property(inputs, rise, rise, rise, rise, ([read, split], before, other, after, catchUp) => {
      const quiet = { read, split }
      const busy = { read: READ, split: '0' }
      const splits = read === READ ? { [READ]: ['0', '1'] } : { [READ]: ['0'], [OTHER_READ]: ['0'] }
      const shape = read === READ ? SHAPES.single : SHAPES.twoReads
      const run = startStepRun(planOf(shape, DEFAULT_WINDOWING), { splits, startAt: 0 })
      const output = () => emittedBy(run.log(), GROUP).watermark
      run.apply(wm(before, quiet), { kind: 'idle', ...quiet }, wm(other, busy))
      // Nothing was sent while the quiet input counted, because the busy one had not begun.
      expect(output()).toBe(other)

      run.apply({ kind: 'active', ...quiet }, wm(other + after, busy))
      const sent = before < other ? other + after : Math.min(before, other + after)
      expect(output()).toBe(sent)
      const caughtUp = Math.max(before, sent + catchUp)
      run.apply(wm(caughtUp, quiet), wm(other + after + 20, busy))
      expect(output()).toBe(caughtUp)

      if (after > 0) reach(reached, before < other ? 'behind' : before === other ? 'level' : 'ahead')
      if (before < other && catchUp === 0) reach(reached, 'caughtUp')
    }),
    200,
    reached,
  )
})

interface ReadState {
  readonly splits: readonly { readonly id: string }[]
  readonly valve: { readonly channels: readonly { readonly isIdle: boolean }[] }
}

/** Whether a split is idle, by the snapshot of its read. */
function idleOf(snapshot: unknown, split: string): boolean | undefined {
  const { splits, valve } = snapshot as ReadState
  return valve.channels[splits.findIndex(({ id }) => id === split)]?.isIdle
}

function everythingOf(plan: Plan, log: LocalRunLog): unknown {
  return [...resultPorts(plan).map((port) => [port, ...emittedLines(emittedBy(log, port))]), log.groups]
}
