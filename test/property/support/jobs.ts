/**
 * Generated plans with scripts, by what a law must meet: every kind of windows, trigger, mode, cell, timer and step that keeps
 * something between two steps of a script.
 */
import fc from 'fast-check'
import { isDataflowError } from '../../../src/core/errors.ts'
import type { Plan } from '../../../src/core/graph.ts'
import type { StepLog } from '../../../src/core/stepLog.ts'
import { runStepLog } from '../../../src/runners/local/runStepLog.ts'
import type { LoadedCheckpoint } from '../../../src/state/checkpointReader.ts'
import { interleavedLogs } from '../../../src/testing/arbitraries/interleavedLogs.ts'
import { triggerSpecs } from '../../../src/testing/arbitraries/triggerSpecs.ts'
import {
  type WindowingDescription,
  windowingDescriptions,
} from '../../../src/testing/arbitraries/windowingDescriptions.ts'
import { everythingOf, rowsIn } from './everything.ts'
import { acceptedPlan, OTHER_READ, READ, SHAPES, type Shape } from './plans.ts'
import { kindsIn, TRIGGER_KINDS } from './triggerKinds.ts'
import { UNUSUAL_SHAPES } from './unusualShapes.ts'
import { ALL_KINDS, livelyWindowings, slicedWindowings } from './windowings.ts'

export interface Job {
  readonly plan: Plan
  readonly log: StepLog
}

/** Before it is known whether the rules accept it, with what it was made of, for whoever reads a counterexample. */
export interface Draft {
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

export interface Held {
  readonly kinds: readonly string[]
  in(nodes: LoadedCheckpoint['nodes']): readonly string[]
}

export type Cases = Readonly<Record<string, Case>>

export const TWO_SPLITS = { [READ]: ['0', '1'] }
const TWO_READS = { [READ]: ['0', '1'], [OTHER_READ]: ['0'] }

export function logs(splits: Readonly<Record<string, readonly string[]>>, ends = true): fc.Arbitrary<StepLog> {
  const drawn = interleavedLogs({ splits, maxSteps: 5, keys: 2, allowedLateness: 3, atomic: true, ends })
  return drawn.filter(({ steps }) => steps.length > 5)
}

/** Plans that the rules accept, with scripts that they accept and of which something comes. */
export function accepted(drawn: fc.Arbitrary<Draft>): fc.Arbitrary<Job> {
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

export const anyWindowing = livelyWindowings({ kinds: ALL_KINDS, unsafe: true })

/** Windows of the kit's kinds, windows that have a driver of their own, and windows of an author's own. */
export const WINDOW_CASES: Cases = {
  ...Object.fromEntries(
    ALL_KINDS.map((kind) => [kind, grouping(SHAPES, livelyWindowings({ kinds: [kind], unsafe: true }))]),
  ),
  session: grouping(SHAPES, windowingDescriptions({ kinds: ['session'] })),
  'slices of windows': grouping(SHAPES, slicedWindowings),
  'windows that do not merge': grouping({ customAligned: UNUSUAL_SHAPES.customAligned }, anyWindowing),
  'windows that merge': grouping({ customMerging: UNUSUAL_SHAPES.customMerging }, anyWindowing),
  'a trigger of its own': grouping({ customTriggered: UNUSUAL_SHAPES.customTriggered }, anyWindowing),
}

/** Triggers that are of a kind, or are made of one. */
export const TRIGGER_CASES: Cases = Object.fromEntries(
  TRIGGER_KINDS.map((kind) => {
    const triggers = triggerSpecs({ unsafe: true, maxDepth: 2 }).filter((spec) => kindsIn(spec).includes(kind))
    const kinds = ['tumbling', 'sliding', 'global'] as const
    return [kind, grouping(SHAPES, windowingDescriptions({ kinds, triggers, unsafe: true }), anyWindowing)]
  }),
)

const MODES = ['discarding', 'accumulating', 'retracting'] as const

export const MODE_CASES: Cases = Object.fromEntries(
  MODES.map((mode) => [mode, grouping(SHAPES, livelyWindowings({ panes: [mode], unsafe: true }))]),
)
