/**
 * P12: inserting watermark values between those of a script, or skipping some, changes nothing in the log (R64): the
 * watermark acts as if it passed every millisecond. That holds through chains and where branches meet again, and includes
 * the watermark under which each row leaves.
 *
 * One value is itself part of the input: the tail of a count or punctuation window is stamped at the output watermark
 * before the end (R113), so in plans with such windows nothing is inserted between the last watermark and the end. Nor is it in
 * scripts with idle splits: one that ends while the others are idle moves nothing (R38), and a watermark before would.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from '../../src/core/graph.ts'
import type { LogStep, StepLog, WatermarkStep } from '../../src/core/stepLog.ts'
import { type Duration, MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '../../src/core/time.ts'
import { type LocalRunLog, runStepLog } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import { type WindowingDescription, windowedBy } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { mapValues } from '../../src/transforms/mapValues.ts'
import { countPanes } from './support/countRows.ts'
import { emittedBy, emittedLines } from './support/emitted.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import {
  acceptedPlan,
  asValue,
  GROUP,
  keyOf,
  OTHER_READ,
  planOf,
  READ,
  resultPorts,
  SECOND,
  SHAPES,
  type Shape,
} from './support/plans.ts'
import { DEFAULT_WINDOWING, el, end, wm } from './support/scripts.ts'
import { ALL_KINDS, livelyWindowings, SEQUENCE_KINDS } from './support/windowings.ts'

const EVERY_MILLISECOND = Array.from({ length: 126 }, (_, at) => at - 45)
const windowings = livelyWindowings({ kinds: ALL_KINDS })
const insertions = fc.oneof(
  fc.constant(EVERY_MILLISECOND),
  fc.uniqueArray(fc.integer({ min: -31, max: 75 }), { maxLength: 12, size: 'max' }),
)

test.each(Object.entries(SHAPES))('P12: watermarks between those of a script change nothing: %s', (name, shape) => {
  const splits = name === 'twoReads' ? { [READ]: ['0', '1'], [OTHER_READ]: ['0'] } : { [READ]: ['0'] }
  const logs = interleavedLogs({ splits, maxSteps: 18, allowedLateness: 3, atomic: true, idle: name === 'twoReads' })
  const reached: Reached = { EARLY: 0, ON_TIME: 0, inserted: 0 }
  checkLaw(
    fc.property(windowings, windowings, logs, insertions, (windowing, then, log, inserted) => {
      const plan = acceptedPlan(shape, windowing, then)
      if (plan === undefined) return
      const mayStampEnd = [windowing, then].some(({ window }) => SEQUENCE_KINDS.includes(window.kind))
      const mayBeIdle = log.steps.some(({ kind }) => kind === 'idle')
      const refined = insertWatermarks(log, inserted, mayStampEnd || mayBeIdle)
      const expected = runStepLog(plan, log)
      expect(everythingOf(plan, runStepLog(plan, refined))).toEqual(everythingOf(plan, expected))
      countPanes(reached, expected.rows[GROUP] ?? [])
      reach(reached, 'inserted', refined.steps.length - log.steps.length)
    }),
    80,
    reached,
  )
})

test('P12: a branch without windows does not lag behind one whose pane is due', () => {
  const windows: WindowingDescription = {
    ...DEFAULT_WINDOWING,
    window: { kind: 'sliding', size: 10, period: 9, offset: 3 },
  }
  const sessions: WindowingDescription = {
    ...DEFAULT_WINDOWING,
    window: { kind: 'session', gap: 5, touching: 'apart' },
    trigger: { kind: 'repeatedly', trigger: { kind: 'afterCount', count: 1 } },
  }
  const plan = planOf(SHAPES.meeting, windows, sessions)
  // Among these moves are the ends of both windows, and the milliseconds beside them.
  for (let to = 1; to <= 16; to++) {
    const coarse = runStepLog(plan, { startAt: 0, steps: [el('a', 0, 0), wm(to), end] })
    const fine = runStepLog(plan, { startAt: 0, steps: [el('a', 0, 0), ...everyMillisecondTo(to), end] })
    expect(everythingOf(plan, coarse), `to ${to}`).toEqual(everythingOf(plan, fine))
  }
})

test('P12: what is due after a meeting meets again before the watermark goes on', () => {
  const reached: Reached = { secondPanes: 0, thirdPanes: 0 }
  const ends = fc.integer({ min: 1, max: 12 })
  checkLaw(
    fc.property(ends, ends, ends, fc.integer({ min: 1, max: 40 }), (first, second, third, to) => {
      const plan = planOf(metTwice(second, third), sized(first))
      const elements = [el('a', 1, 0), el('b', 2, 3)]
      const coarse = runStepLog(plan, { startAt: 0, steps: [...elements, wm(to), end] })
      const fine = runStepLog(plan, { startAt: 0, steps: [...elements, ...everyMillisecondTo(to), end] })
      expect(everythingOf(plan, coarse)).toEqual(everythingOf(plan, fine))
      if (to > second) reach(reached, 'secondPanes', coarse.rows[SECOND]?.length)
      if (to > third) reach(reached, 'thirdPanes', coarse.rows.third?.length)
    }),
    150,
    reached,
  )
})

function everyMillisecondTo(to: Timestamp): LogStep[] {
  return Array.from({ length: to }, (_, at) => wm(at + 1))
}

function sized(size: Duration): WindowingDescription {
  return { ...DEFAULT_WINDOWING, window: { kind: 'tumbling', size, offset: 0 } }
}

/** Panes meet the elements that they were made of, and the panes of that meeting do so again. */
function metTwice(second: Duration, third: Duration): Shape {
  return (read, windowing, _then, combine) => {
    const values = read(READ).pipe(keyBy(keyOf))
    const panes = values.pipe(windowedBy(windowing), combinePerKey(combine, { name: GROUP }))
    const met = flatten(
      panes.pipe(mapValues(asValue), windowedBy(sized(second))),
      values.pipe(windowedBy(sized(second))),
    ).pipe(combinePerKey(combine, { name: SECOND }))
    const metAgain = flatten(
      met.pipe(mapValues(asValue), windowedBy(sized(third))),
      values.pipe(windowedBy(sized(third))),
    ).pipe(combinePerKey(combine, { name: 'third' }))
    return { [GROUP]: panes, [SECOND]: met, third: metAgain }
  }
}

/** Puts those of `values` that lie between two watermarks of a split before the second one; `keepsEnd`: unless it is the end. */
function insertWatermarks(log: StepLog, values: readonly Timestamp[], keepsEnd: boolean): StepLog {
  const last = new Map<string, Timestamp>()
  const steps = log.steps.flatMap((step): LogStep[] => {
    if (step.kind !== 'watermark') return [step]
    const from = last.get(splitOf(step)) ?? MIN_TIMESTAMP
    last.set(splitOf(step), step.to)
    if (keepsEnd && step.to === MAX_TIMESTAMP) return [step]
    const between = values.filter((to) => from < to && to < step.to).sort((a, b) => a - b)
    return [...between.map((to) => ({ ...step, to })), step]
  })
  return { ...log, steps }
}

function splitOf({ read = '', split = '0' }: WatermarkStep): string {
  return `${read} ${split}`
}

function everythingOf(plan: Plan, log: LocalRunLog): unknown {
  return [...resultPorts(plan).map((port) => [port, ...emittedLines(emittedBy(log, port))]), log.groups]
}
