/** Plans with steps that call out, look into other collections, or keep state, with scripts. */
import fc from 'fast-check'
import type { LogStep, StepLog } from '../../../src/core/stepLog.ts'
import { MAX_TIMESTAMP } from '../../../src/core/time.ts'
import { fromIterable } from '../../../src/io/fromIterable.ts'
import type { LoadedCheckpoint } from '../../../src/state/checkpointReader.ts'
import type { ScriptedValue } from '../../../src/testing/arbitraries/scriptedValue.ts'
import { windowingDescriptions } from '../../../src/testing/arbitraries/windowingDescriptions.ts'
import { pipeline } from '../../../src/transforms/pipeline.ts'
import { ASYNC_SHAPES, CALLS, withCalls } from './asyncScripts.ts'
import { HOURS, KEYED_STEPS, type KeyedStep, stepOf } from './crashedPlans.ts'
import { accepted, anyWindowing, type Cases, type Draft, type Held, logs, TWO_SPLITS } from './jobs.ts'
import { acceptedPlan, OTHER_READ, READ } from './plans.ts'
import { SIDE_SHAPES, splitsOf } from './sideShapes.ts'
import { livelyWindowings } from './windowings.ts'

const FLIGHTS: Held = {
  kinds: ['calls at work', 'results that wait'],
  in: (nodes) => flightsIn(nodes).map(({ result }) => (result ? 'results that wait' : 'calls at work')),
}

const CALLS_ONLY: Held = { ...FLIGHTS, kinds: ['calls at work'] }

/** Steps with asynchronous calls. */
export const CALL_CASES: Cases = Object.fromEntries(
  Object.entries(ASYNC_SHAPES).map(([name, shape]) => {
    const splits = name === 'beside' ? { [READ]: ['0'], [OTHER_READ]: ['0'] } : TWO_SPLITS
    const drawn = fc.tuple(anyWindowing, withCalls(logs(splits), { fails: true, allEnd: true, within: 8 }))
    const jobs = accepted(drawn.map(([each, log]) => ({ plan: acceptedPlan(shape, each), log, from: each })))
    return [name, { jobs, held: name === 'unordered' ? CALLS_ONLY : FLIGHTS }]
  }),
)

/** Steps with side inputs. */
export const SIDE_CASES: Cases = Object.fromEntries(
  Object.entries(SIDE_SHAPES).map(([name, shape]) => {
    const sides = windowingDescriptions({ kinds: ['tumbling', 'sliding', 'global'] })
    const drawn = fc.tuple(livelyWindowings({ unsafe: true }), sides, logs(splitsOf(name)))
    const jobs = drawn.map(([windowing, side, log]) => ({
      plan: acceptedPlan(shape, windowing, side),
      log,
      from: [windowing, side],
    }))
    return [name, { jobs: accepted(jobs) }]
  }),
)

/** Composites that keep state. */
export const KEYED_CASES: Cases = Object.fromEntries(
  KEYED_STEPS.map((step) => [step, { jobs: accepted(stepJob(step)) }]),
)

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
