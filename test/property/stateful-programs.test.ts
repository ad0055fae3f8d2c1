/**
 * The laws that say the same of every step, for generated stateful programs: the local runner gives what the reference
 * runner gives, whatever its options (conformance, P22); bundles (P2), snapshots (P11), inserted watermarks (P12)
 * and callbacks that throw (R118) change nothing; and past the expiry of all windows nothing is left (P23).
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { referenceTrace } from '../../docs/reference-runner/run.ts'
import { valueCoder } from '../../src/core/coders/valueCoder.ts'
import { isDataflowError } from '../../src/core/errors.ts'
import type { Plan } from '../../src/core/graph.ts'
import type { LogStep, RunLog, StepLog } from '../../src/core/stepLog.ts'
import { MIN_TIMESTAMP } from '../../src/core/time.ts'
import type { RegionSnapshot } from '../../src/runners/local/region.ts'
import {
  type LocalRunLog,
  runStepLog,
  type StepRun,
  type StepRunOptions,
  startStepRun,
} from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import type { ScriptedValue } from '../../src/testing/arbitraries/scriptedValue.ts'
import { windowingDescriptions } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { type Emitted, emittedBy, emittedByReference, emittedLines } from './support/emitted.ts'
import { type Everything, everythingOf } from './support/everything.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { READ, resultPorts } from './support/plans.ts'
import { text } from './support/rowText.ts'
import { withShuffledMaps } from './support/shuffledMaps.ts'
import { type Line, programs } from './support/statefulPrograms.ts'
import { STATE, STATEFUL_SHAPES, statefulPlan } from './support/statefulShapes.ts'

const windowings = windowingDescriptions({
  kinds: ['tumbling', 'sliding', 'global'],
  panes: ['accumulating', 'retracting'],
})
const logs = interleavedLogs({ splits: { [READ]: ['0', '1'] }, allowedLateness: 3, maxSteps: 14, keys: 2 })
/** How many keys have a record; the others wait as bytes. */
const keysInMemory = fc.constantFrom(undefined, 1, 2)
const runOptions: fc.Arbitrary<StepRunOptions> = fc.record({
  mayGenerate: fc.boolean(),
  mayFuse: fc.boolean(),
  bundleSize: fc.constantFrom(1, 2, 5, 1000),
  keysInMemory,
})

const shapes = fc.constantFrom(...Object.keys(STATEFUL_SHAPES))

test.each(Object.keys(STATEFUL_SHAPES))(
  'the local runner conforms to the reference in stateful programs: %s',
  (shape) => {
    const reached: Reached = { fired: 0, deadline: 0, expired: 0, failed: 0, refused: 0 }
    // Panes come on time, or with the lateness that the step has itself.
    if (shape !== 'afterGrouping') Object.assign(reached, { late: 0, order: 0 })
    else Object.assign(reached, { withdrawn: 0 })
    checkLaw(
      fc.property(programs, programs, windowings, logs, runOptions, (program, then, windowing, log, options) => {
        const plan = statefulPlan(shape, program, then, windowing)
        const expected = outcomeOf(plan, () => {
          const trace = referenceTrace(plan, log)
          return { run: trace, emitted: (port) => emittedByReference(trace, port) }
        })
        const actual = outcomeOf(plan, () => {
          const run = runStepLog(plan, log, options)
          return { run, emitted: (port) => emittedBy(run, port) }
        })
        expect(actual.lines).toEqual(expected.lines)
        const { rows = {} } = actual.run ?? {}
        for (const { value } of rows[STATE] ?? []) {
          reach(reached, 'fired', Number(String(value).startsWith('timer')))
          reach(reached, 'deadline', Number(String(value).startsWith('deadline')))
          reach(reached, 'expired', Number(String(value).startsWith('expired')))
          if (shape === 'afterGrouping') reach(reached, 'withdrawn', Number(String(value).startsWith('withdrawn')))
        }
        for (const { value } of rows[`${STATE}:late`] ?? []) reach(reached, (value as { reason: string }).reason)
        reach(reached, 'failed', (rows[`${STATE}:failed`] ?? []).length)
        if (actual.run === undefined) reach(reached, 'refused')
      }),
      240,
      reached,
    )
  },
)

interface Outcome {
  readonly lines: readonly string[]
  readonly run?: RunLog
}

/** Everything that a run gave, line by line; where it failed, how. */
function outcomeOf(plan: Plan, start: () => { run: RunLog; emitted: (port: string) => Emitted }): Outcome {
  try {
    const { run, emitted } = start()
    const rows = resultPorts(plan).flatMap((port) => [`-- ${port}`, ...emittedLines(emitted(port))])
    return { run, lines: [...rows, '-- groups', ...run.groups.map(text)] }
  } catch (error) {
    if (isDataflowError(error)) return { lines: [error.code] }
    throw error
  }
}

test('P2: a stateful program gives the same log however its script is cut', () => {
  const cuttings = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 4 })
  const reached: Reached = { together: 0, rows: 0 }
  checkLaw(
    fc.property(shapes, programs, programs, windowings, logs, cuttings, (shape, program, then, windowing, log, cut) => {
      const plan = statefulPlan(shape, program, then, windowing)
      const whole = linesOf(plan, () => runStepLog(plan, log))
      const inParts = linesOf(plan, () => {
        const run = startStepRun(plan, log)
        for (let from = 0, at = 0; from < log.steps.length; at++) {
          const steps = log.steps.slice(from, from + (cut[at % cut.length] ?? 1))
          run.apply(...steps)
          from += steps.length
          if (steps.length > 1) reach(reached, 'together')
        }
        run.close()
        return run.log()
      })
      expect(inParts).toEqual(whole)
      reach(reached, 'rows', whole.length)
    }),
    150,
    reached,
  )
})

test('P11: a stateful program goes on from any snapshot', () => {
  const reached: Reached = { live: 0, held: 0, waiting: 0, rowsAfter: 0 }
  checkLaw(
    fc.property(
      shapes,
      programs,
      programs,
      windowings,
      logs,
      fc.nat(),
      (shape, program, then, windowing, log, seed) => {
        const plan = statefulPlan(shape, program, then, windowing)
        const whole = wholeLog(plan, log)
        if (whole === undefined) return
        const cut = seed % (log.steps.length + 1)
        const step = startStepRun(plan, log)
        step.apply(...log.steps.slice(0, cut))
        countLive(step, reached)
        const snapshot = step.snapshot()
        const bytes = valueCoder.encode(snapshot)
        const before = everythingOf(plan, step.log())
        step.apply(...log.steps.slice(cut))
        step.close()
        // What happened later has not changed the snapshot.
        expect(valueCoder.encode(snapshot)).toEqual(bytes)
        expect(linesFrom(everythingOf(plan, step.log()))).toEqual(linesFrom(everythingOf(plan, whole)))

        // What was encoded from a snapshot is one.
        const restored = startStepRun(plan, log, { restore: valueCoder.decode(bytes) as RegionSnapshot })
        expect(valueCoder.encode(restored.snapshot())).toEqual(bytes)
        restored.apply(...log.steps.slice(cut))
        restored.close()
        expect(linesFrom(everythingOf(plan, restored.log(), before))).toEqual(linesFrom(everythingOf(plan, whole)))
        if (restored.log().rows[STATE]?.length) reach(reached, 'rowsAfter')
      },
    ),
    70,
    reached,
  )
})

/** Undefined where some of the program's timers are refused. */
function wholeLog(plan: Plan, log: StepLog): LocalRunLog | undefined {
  try {
    return runStepLog(plan, log)
  } catch (error) {
    if (isDataflowError(error)) return undefined
    throw error
  }
}

test('R118: an element whose callback throws might as well not have come', () => {
  const reached: Reached = { thrown: 0, fired: 0, rows: 0 }
  const throwing = fc
    .tuple(programs, fc.nat({ max: 7 }), fc.integer({ min: -3, max: 9 }))
    .map(([program, at, amount]) => {
      const lines: Line[] = [...program.onElement]
      lines.splice(at, 0, { do: 'throw', amount })
      return { ...program, onElement: lines, onError: 'output' as const }
    })
  checkLaw(
    fc.property(throwing, windowings, logs, (program, windowing, log) => {
      const plan = statefulPlan('alone', program, program, windowing)
      const amounts = program.onElement.flatMap((line) => (line.do === 'throw' ? [line.amount] : []))
      // The script names elements by their values.
      const throws = (step: LogStep) =>
        step.kind === 'element' && amounts.includes((step.value as ScriptedValue).amount)
      const rest = { ...log, steps: log.steps.filter((step) => !throws(step)) }
      const [whole, without] = [log, rest].map((each) => outcomeOf(plan, () => run(runStepLog(plan, each))).run)
      const linesIn = (result: RunLog | undefined) => result && emittedLines(emittedBy(result as LocalRunLog, STATE))
      // An element is a sign of life, too (R38), so watermarks may come later without it.
      if (log.steps.some(({ kind }) => kind === 'idle')) return
      expect(linesIn(whole)).toEqual(linesIn(without))
      const failed = whole?.rows[`${STATE}:failed`] ?? []
      reach(reached, 'thrown', failed.length)
      reach(reached, 'rows', (whole?.rows[STATE] ?? []).length)
      if (failed.length > 0 && whole?.rows[STATE]?.some(({ value }) => String(value).startsWith('timer'))) {
        reach(reached, 'fired')
      }
    }),
    200,
    reached,
  )
})

test('P12: watermarks between those of a script change nothing in a stateful program', () => {
  const insertions = fc.uniqueArray(fc.integer({ min: -31, max: 75 }), { maxLength: 20, size: 'max' })
  // A split that comes back from idleness joins at the next watermark that it brings, whichever that is (R38).
  const alone = interleavedLogs({ splits: { [READ]: ['0'] }, allowedLateness: 3, keys: 2, idle: false })
  const reached: Reached = { inserted: 0, rows: 0 }
  checkLaw(
    fc.property(
      shapes,
      programs,
      programs,
      windowings,
      alone,
      insertions,
      (shape, program, then, windowing, log, more) => {
        const plan = statefulPlan(shape, program, then, windowing)
        const refined = insertWatermarks(log, more)
        const expected = linesOf(plan, () => runStepLog(plan, log))
        expect(linesOf(plan, () => runStepLog(plan, refined))).toEqual(expected)
        reach(reached, 'inserted', refined.steps.length - log.steps.length)
        reach(reached, 'rows', expected.length)
      },
    ),
    150,
    reached,
  )
})

test('P22: a stateful program gives one log, whatever order the maps of the engine are walked in', () => {
  const reached: Reached = { shuffled: 0, rows: 0 }
  checkLaw(
    fc.property(
      shapes,
      programs,
      programs,
      windowings,
      logs,
      fc.nat(),
      (shape, program, then, windowing, log, seed) => {
        const plan = statefulPlan(shape, program, then, windowing)
        const ended = { ...log, steps: log.steps.filter(({ kind }) => kind !== 'end') }
        const first = linesOf(plan, () => runStepLog(plan, ended))
        const again = linesOf(plan, () => {
          const step = startStepRun(plan, ended)
          reach(
            reached,
            'shuffled',
            withShuffledMaps(seed, () => step.apply(...ended.steps)),
          )
          return step.log()
        })
        expect(again).toEqual(first)
        reach(reached, 'rows', first.length)
      },
    ),
    100,
    reached,
  )
})

test('P23: past the expiry of all windows a stateful program keeps nothing, though the input goes on', () => {
  const reached: Reached = { live: 0, held: 0, waiting: 0 }
  const open = interleavedLogs({ splits: { [READ]: ['0'] }, maxSteps: 14, keys: 2, idle: false, ends: false })
  const bounded = windowingDescriptions({ kinds: ['tumbling', 'sliding'], panes: ['accumulating'] })
  checkLaw(
    fc.property(programs, bounded, open, (program, windowing, log) => {
      const plan = statefulPlan('alone', program, program, windowing)
      const step = startStepRun(plan, log)
      try {
        step.apply(...log.steps)
        countLive(step, reached)
        const { size } = windowing.window as { readonly size: number }
        const latest = Math.max(0, ...(step.log().rows[READ] ?? []).map(({ timestamp }) => timestamp))
        const last = latest + size + windowing.allowedLateness
        step.apply({ kind: 'watermark', to: Math.max(last, emittedBy(step.log(), READ).watermark) })
      } catch (error) {
        // Some timers are refused.
        if (isDataflowError(error)) return
        throw error
      }
      const { records, head } = stateOf(step)
      expect({ records, windows: head.windows }).toEqual({ records: [], windows: [] })
      const { watermark } = emittedBy(step.log(), STATE)
      expect(watermark).toBeGreaterThanOrEqual(head.watermark - (program.timeSorted ? windowing.allowedLateness : 0))
    }),
    200,
    reached,
  )
})

test('P23: cells give their room back when their time to live is over, in the global window too', () => {
  const reached: Reached = { live: 0, event: 0, processing: 0 }
  const global = windowingDescriptions({ kinds: ['global'], panes: ['accumulating'] })
  const open = interleavedLogs({ splits: { [READ]: ['0'] }, maxSteps: 14, keys: 2, idle: false, ends: false })
  const timeless = programs.map((program) => ({
    ...program,
    onTimer: [],
    onError: 'output' as const,
    timeSorted: false,
  }))
  checkLaw(
    fc.property(timeless, global, open, keysInMemory, (program, windowing, log, room) => {
      if (program.ttl === undefined) return
      const plan = statefulPlan('alone', program, program, windowing)
      const step = startStepRun(plan, log, { keysInMemory: room })
      step.apply(...log.steps)
      countLive(step, reached)
      const later = Math.max(1_000, emittedBy(step.log(), READ).watermark)
      step.apply({ kind: 'watermark', to: later }, { kind: 'clock', to: 1_000 })
      // Timers fire on the way, and what they wrote lives on for a while.
      const { records } = stateOf(step)
      expect(records.filter(({ timers }) => timers.length === 0)).toEqual([])
      reach(reached, 'eventTime' in program.ttl ? 'event' : 'processing')
    }),
    150,
    reached,
  )
})

function run(log: LocalRunLog): { run: RunLog; emitted: (port: string) => Emitted } {
  return { run: log, emitted: (port) => emittedBy(log, port) }
}

function linesOf(plan: Plan, start: () => LocalRunLog): readonly string[] {
  return outcomeOf(plan, () => run(start())).lines
}

function linesFrom({ ports, groups }: Everything): unknown {
  return [Object.entries(ports).map(([port, emitted]) => [port, ...emittedLines(emitted)]), groups.map(text)]
}

/** Puts those of `values` that lie between two watermarks of a split before the second one. */
function insertWatermarks(log: StepLog, values: readonly number[]): StepLog {
  const last = new Map<string, number>()
  const steps = log.steps.flatMap((step): LogStep[] => {
    if (step.kind !== 'watermark') return [step]
    const from = last.get(step.split ?? '') ?? MIN_TIMESTAMP
    last.set(step.split ?? '', step.to)
    const between = values.filter((to) => from < to && to < step.to).sort((a, b) => a - b)
    return [...between.map((to) => ({ ...step, to })), step]
  })
  return { ...log, steps }
}

function stateOf(step: StepRun): StateSnapshot {
  // The driver's own snapshot.
  return step.snapshot().nodes[STATE] as StateSnapshot
}

interface StateSnapshot {
  readonly head: { readonly watermark: number; readonly windows: readonly unknown[] }
  readonly records: readonly { readonly timers: readonly unknown[]; readonly waiting: readonly unknown[] }[]
}

function countLive(step: StepRun, reached: Reached): void {
  const { records } = stateOf(step)
  reach(reached, 'live', records.length)
  reach(reached, 'held', records.filter(({ timers }) => timers.length > 0).length)
  reach(reached, 'waiting', records.filter(({ waiting }) => waiting.length > 0).length)
}
