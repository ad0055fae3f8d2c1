/**
 * Generated plans with scripts, by what a law must meet: every kind of windows, trigger, mode, cell, timer and step that keeps
 * something between two steps of a script.
 */
import fc from 'fast-check'
import { isDataflowError } from '../../../src/core/errors.ts'
import type { Plan } from '../../../src/core/graph.ts'
import type { LogStep, StepLog } from '../../../src/core/stepLog.ts'
import { MAX_TIMESTAMP } from '../../../src/core/time.ts'
import { fromIterable } from '../../../src/io/fromIterable.ts'
import type { RecordSnapshot } from '../../../src/kernel/stateful/recordSnapshot.ts'
import { runStepLog } from '../../../src/runners/local/runStepLog.ts'
import type { LoadedCheckpoint } from '../../../src/state/checkpointReader.ts'
import { interleavedLogs } from '../../../src/testing/arbitraries/interleavedLogs.ts'
import type { ScriptedValue } from '../../../src/testing/arbitraries/scriptedValue.ts'
import { triggerSpecs } from '../../../src/testing/arbitraries/triggerSpecs.ts'
import {
  type WindowingDescription,
  windowingDescriptions,
} from '../../../src/testing/arbitraries/windowingDescriptions.ts'
import { pipeline } from '../../../src/transforms/pipeline.ts'
import { ASYNC_SHAPES, CALLS, withCalls } from './asyncScripts.ts'
import { HOURS, KEYED_STEPS, type KeyedStep, stepOf } from './crashedPlans.ts'
import { everythingOf, rowsIn } from './everything.ts'
import { acceptedPlan, OTHER_READ, READ, SHAPES, type Shape } from './plans.ts'
import { SIDE_SHAPES, splitsOf } from './sideShapes.ts'
import { cellsOf, type Line, type Program, programs } from './statefulPrograms.ts'
import { STATE, STATEFUL_SHAPES, statefulPlan } from './statefulShapes.ts'
import { kindsIn, TRIGGER_KINDS } from './triggerKinds.ts'
import { UNUSUAL_SHAPES } from './unusualShapes.ts'
import { ALL_KINDS, livelyWindowings } from './windowings.ts'

export interface Job {
  readonly plan: Plan
  readonly log: StepLog
}

/** Before it is known whether the rules accept it, with what it was made of, for whoever reads a counterexample. */
interface Draft {
  readonly plan: Plan | undefined
  readonly log: StepLog
  readonly from: unknown
}

/** Jobs that have something in common, and which of the kinds of state that they are about a checkpoint holds. */
export interface Case {
  readonly jobs: fc.Arbitrary<Job>
  /** Left out: any open window will do. */
  readonly held?: Held
}

interface Held {
  readonly kinds: readonly string[]
  in(nodes: LoadedCheckpoint['nodes']): readonly string[]
}

export type Cases = Readonly<Record<string, Case>>

const TWO_SPLITS = { [READ]: ['0', '1'] }
const TWO_READS = { [READ]: ['0', '1'], [OTHER_READ]: ['0'] }

function logs(splits: Readonly<Record<string, readonly string[]>>, ends = true): fc.Arbitrary<StepLog> {
  const drawn = interleavedLogs({ splits, maxSteps: 5, keys: 2, allowedLateness: 3, atomic: true, ends })
  return drawn.filter(({ steps }) => steps.length > 5)
}

/** Plans that the rules accept, with scripts that they accept and of which something comes. */
function accepted(drawn: fc.Arbitrary<Draft>): fc.Arbitrary<Job> {
  const shown = drawn.map((job) => ({ ...job, [fc.toStringMethod]: () => JSON.stringify([job.from, job.log]) }))
  return shown.filter((job): job is typeof job & Job => {
    if (job.plan === undefined) return false
    try {
      return rowsIn(everythingOf(job.plan, runStepLog(job.plan, job.log))) > 0
    } catch (error) {
      if (isDataflowError(error)) return false
      throw error
    }
  })
}

function grouping(
  shapes: Readonly<Record<string, Shape>>,
  windowings: fc.Arbitrary<WindowingDescription>,
  then: fc.Arbitrary<WindowingDescription> = windowings,
): Case {
  const jobs = accepted(
    fc.constantFrom(...Object.entries(shapes)).chain(([name, shape]) =>
      fc
        .tuple(windowings, then, logs(name === 'twoReads' ? TWO_READS : TWO_SPLITS))
        .map(([windowing, second, log]) => ({
          plan: acceptedPlan(shape, windowing, second),
          log,
          from: [name, windowing, second],
        })),
    ),
  )
  return { jobs }
}

const anyWindowing = livelyWindowings({ kinds: ALL_KINDS, unsafe: true })

const PLAIN = {
  trigger: { kind: 'default' },
  allowedLateness: 0,
  panes: 'accumulating',
  onTime: 'fireIfNonEmpty',
  closing: 'fireIfNonEmpty',
  timestampCombiner: 'endOfWindow',
  lateMerge: false,
} as const

/** Overlapping windows that fire once: the sliced driver's. */
const slices = fc.constantFrom<WindowingDescription>(
  { ...PLAIN, window: { kind: 'sliding', size: 6, period: 2, offset: 0 } },
  { ...PLAIN, window: { kind: 'sliding', size: 9, period: 1, offset: 0 } },
)

/** Windows of the kit's kinds, windows that have a driver of their own, and windows of an author's own. */
const WINDOW_CASES: Cases = {
  ...Object.fromEntries(
    ALL_KINDS.map((kind) => [kind, grouping(SHAPES, livelyWindowings({ kinds: [kind], unsafe: true }))]),
  ),
  session: grouping(SHAPES, windowingDescriptions({ kinds: ['session'] })),
  'slices of windows': grouping(SHAPES, slices),
  'windows that do not merge': grouping({ customAligned: UNUSUAL_SHAPES.customAligned }, anyWindowing),
  'windows that merge': grouping({ customMerging: UNUSUAL_SHAPES.customMerging }, anyWindowing),
  'a trigger of its own': grouping({ customTriggered: UNUSUAL_SHAPES.customTriggered }, anyWindowing),
}

/** Triggers that are of a kind, or are made of one. */
const TRIGGER_CASES: Cases = Object.fromEntries(
  TRIGGER_KINDS.map((kind) => {
    const triggers = triggerSpecs({ unsafe: true, maxDepth: 2 }).filter((spec) => kindsIn(spec).includes(kind))
    const kinds = ['tumbling', 'sliding', 'global'] as const
    return [kind, grouping(SHAPES, windowingDescriptions({ kinds, triggers, unsafe: true }), anyWindowing)]
  }),
)

const MODES = ['discarding', 'accumulating', 'retracting'] as const

const MODE_CASES: Cases = Object.fromEntries(
  MODES.map((mode) => [mode, grouping(SHAPES, livelyWindowings({ panes: [mode], unsafe: true }))]),
)

const FLIGHTS: Held = {
  kinds: ['calls at work', 'results that wait'],
  in: (nodes) => flightsIn(nodes).map(({ result }) => (result ? 'results that wait' : 'calls at work')),
}

const CALLS_ONLY: Held = { ...FLIGHTS, kinds: ['calls at work'] }

/** Steps with asynchronous calls in flight, with side inputs, and composites that keep state. */
const STEP_CASES: Cases = {
  ...Object.fromEntries(
    Object.entries(ASYNC_SHAPES).map(([name, shape]) => {
      const called = withCalls(logs(name === 'beside' ? { [READ]: ['0'], [OTHER_READ]: ['0'] } : TWO_SPLITS), {
        fails: true,
        allEnd: true,
        within: 8,
      })
      const drawn = fc.tuple(anyWindowing, called)
      const jobs = accepted(drawn.map(([each, log]) => ({ plan: acceptedPlan(shape, each), log, from: each })))
      return [`mapAsync ${name}`, { jobs, held: name === 'unordered' ? CALLS_ONLY : FLIGHTS }]
    }),
  ),
  ...Object.fromEntries(
    Object.entries(SIDE_SHAPES).map(([name, shape]) => {
      const sides = windowingDescriptions({ kinds: ['tumbling', 'sliding', 'global'] })
      const drawn = fc.tuple(livelyWindowings({ unsafe: true }), sides, logs(splitsOf(name)))
      const jobs = accepted(
        drawn.map(([windowing, side, log]) => ({
          plan: acceptedPlan(shape, windowing, side),
          log,
          from: [windowing, side],
        })),
      )
      return [`side inputs ${name}`, { jobs }]
    }),
  ),
  ...Object.fromEntries(KEYED_STEPS.map((step) => [step, { jobs: accepted(stepJob(step)) }])),
}

/** Elements whose calls are at work, or whose results wait for their turn. */
export function flightsIn(
  nodes: LoadedCheckpoint['nodes'],
): readonly { readonly number: number; readonly result: unknown }[] {
  // The head of the step's own making.
  const head = nodes.get(CALLS)?.head as { readonly flights: ReturnType<typeof flightsIn> } | undefined
  return head?.flights ?? []
}

function stepJob(step: KeyedStep): fc.Arbitrary<Draft> {
  return logs(TWO_SPLITS).map((log) => {
    const p = pipeline('law')
    stepOf(step, p.read(fromIterable<ScriptedValue>([]), { name: READ, timestamp: () => 0 }))
    return { plan: p.plan(), log: step === 'calendar days' ? inHours(log) : log, from: step }
  })
}

function inHours(log: StepLog): StepLog {
  const scaled = (time = 0): number => (Math.abs(time) === MAX_TIMESTAMP ? time : time * HOURS)
  const steps = log.steps.map((step): LogStep => {
    if (step.kind === 'watermark') return { ...step, to: scaled(step.to) }
    if (step.kind === 'element') return { ...step, timestamp: scaled(step.timestamp) }
    if (step.kind !== 'atomic') return step
    return { ...step, elements: step.elements.map((each) => ({ ...each, timestamp: scaled(each.timestamp) })) }
  })
  return { ...log, steps }
}

const HELD = [...Object.keys(cellsOf(undefined)), 'timer', 'deadline']

/** Stateful programs in which each kind of cell and timer is at work. */
const STATE_CASES: Cases = {
  'without a time to live': stateful({ ttl: undefined }),
  'event time to live': stateful({ ttl: { eventTime: 9 } }),
  'processing time to live': stateful({ ttl: { processingTime: 9 } }),
  'time-sorted input': stateful({ timeSorted: true }, ['waiting']),
  'expiries of windows': stateful({ onExpiration: [{ do: 'give' }] }),
}

const EVERY_LINE: readonly Line[] = [
  { do: 'count' },
  { do: 'edit' },
  { do: 'collect' },
  { do: 'set', name: { family: 'timer', tag: '' }, offset: 4, output: 'none' },
  { do: 'setAfter', name: { family: 'deadline', tag: '' }, offset: 9 },
]

function stateful(made: Partial<Program>, kinds: readonly string[] = HELD): Case {
  const drawn = fc.record({
    shape: fc.constantFrom(...Object.keys(STATEFUL_SHAPES)),
    program: programs.map(
      ({ onElement, ...program }): Program => ({
        ...program,
        onError: 'output',
        onElement: [...EVERY_LINE, ...onElement],
        ...made,
      }),
    ),
    second: programs,
    windowing: windowingDescriptions({ kinds: ['tumbling', 'sliding', 'global'], panes: ['accumulating'] }),
    log: logs(TWO_SPLITS),
  })
  const jobs = drawn.map(({ shape, program, second, windowing, log }) => ({
    plan: statefulPlan(shape, program, second, windowing),
    log,
    from: [shape, program, second, windowing],
  }))
  return { jobs: accepted(jobs), held: { kinds, in: (nodes) => recordsOf(nodes).flatMap(kindsOf) } }
}

function recordsOf(nodes: LoadedCheckpoint['nodes']): readonly RecordSnapshot[] {
  // Entries of stateful steps are records.
  return [...(nodes.get(STATE)?.entries ?? [])].map(({ value }) => value as RecordSnapshot)
}

/** Cells that hold something, by name, families of timers that are set, and whether elements wait. */
function kindsOf({ cells, timers, waiting }: RecordSnapshot): readonly string[] {
  const names = Object.keys(cellsOf(undefined))
  return [
    ...cells.flatMap(([at]) => names[at] ?? []),
    ...timers.map(([family]) => family),
    ...(waiting.length > 0 ? ['waiting'] : []),
  ]
}

export const CASES: Readonly<Record<string, Cases>> = {
  windows: WINDOW_CASES,
  triggers: TRIGGER_CASES,
  modes: MODE_CASES,
  steps: STEP_CASES,
  state: STATE_CASES,
}
