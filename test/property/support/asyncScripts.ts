/** Step logs in which calls of one asynchronous step end at any time and in any order, and plans with such a step. */
import fc from 'fast-check'
import type { LogStep, StepLog } from '../../../src/core/stepLog.ts'
import type { ScriptedValue } from '../../../src/testing/arbitraries/scriptedValue.ts'
import { windowedBy } from '../../../src/testing/arbitraries/windowingDescriptions.ts'
import { combinePerKey } from '../../../src/transforms/combinePerKey.ts'
import { toList } from '../../../src/transforms/combiners/toList.ts'
import { flatten } from '../../../src/transforms/flatten.ts'
import { keyBy } from '../../../src/transforms/keyBy.ts'
import { map } from '../../../src/transforms/map.ts'
import { mapAsync } from '../../../src/transforms/mapAsync.ts'
import { mapValues } from '../../../src/transforms/mapValues.ts'
import { asValue, GROUP, keyOf, LATE, OTHER_READ, READ, SECOND, type Shape } from './plans.ts'

export const CALLS = 'calls'

/** What every call gives, if it does not fail. */
export function called(value: ScriptedValue): ScriptedValue {
  return { ...value, amount: value.amount + 1 }
}

const neverAsked = (value: ScriptedValue): Promise<ScriptedValue> => Promise.reject(new Error(`asked for ${value.id}`))

/** The step stands right after the read, so that its calls are numbered as the log's elements are. */
const OPTIONS = { name: CALLS, onError: 'output' } as const

const ordered: Shape = (read, windowing, _then, combine) => {
  const group = read(READ).pipe(
    mapAsync(neverAsked, OPTIONS),
    keyBy(keyOf),
    windowedBy(windowing),
    combinePerKey(combine, { name: GROUP }),
  )
  return { [GROUP]: group, [LATE]: group.late }
}

const unordered: Shape = (read, windowing, _then, combine) => {
  const group = read(READ).pipe(
    mapAsync(neverAsked, { ...OPTIONS, order: 'any' }),
    keyBy(keyOf),
    windowedBy(windowing),
    combinePerKey(combine, { name: GROUP }),
  )
  return { [GROUP]: group, [LATE]: group.late }
}

/** One branch waits for calls and the other does not. */
const meeting: Shape = (read, windowing, _then, combine) => {
  const values = read(READ)
  const group = flatten(values.pipe(mapAsync(neverAsked, OPTIONS)), values).pipe(
    keyBy(keyOf),
    windowedBy(windowing),
    combinePerKey(combine, { name: GROUP }),
  )
  return { [GROUP]: group, [LATE]: group.late }
}

/** What waits for calls meets a read that does not: one may be idle while the other is not. */
const beside: Shape = (read, windowing, _then, combine) => {
  const group = flatten(read(READ).pipe(mapAsync(neverAsked, OPTIONS)), read(OTHER_READ)).pipe(
    keyBy(keyOf),
    windowedBy(windowing),
    combinePerKey(combine, { name: GROUP }),
  )
  return { [GROUP]: group, [LATE]: group.late }
}

/** Panes of what waited for calls meet the values that they were made of: a release makes something due on the way. */
const panesMeet: Shape = (read, windowing, then, combine) => {
  const called = read(READ).pipe(mapAsync(neverAsked, OPTIONS), keyBy(keyOf))
  const group = called.pipe(windowedBy(windowing), combinePerKey(combine, { name: GROUP }))
  const panes = group.pipe(mapValues(asValue), windowedBy(then))
  const second = flatten(panes, called.pipe(windowedBy(then))).pipe(combinePerKey(toList(), { name: SECOND }))
  return { [GROUP]: group, [LATE]: group.late, [SECOND]: second }
}

export const ASYNC_SHAPES = { ordered, unordered, meeting, beside, panesMeet }

/** The plan of `ordered` with a step that answers at once. */
export const synchronous: Shape = (read, windowing, _then, combine) => {
  const group = read(READ).pipe(
    map(called, { name: CALLS }),
    keyBy(keyOf),
    windowedBy(windowing),
    combinePerKey(combine, { name: GROUP }),
  )
  return { [GROUP]: group, [LATE]: group.late }
}

/** What a call does after a step of the log: which of those in flight ends, and how. */
interface CallDraw {
  readonly after: number
  readonly pick: number
  readonly fails: boolean
}

export interface CallsOptions {
  /** Whether calls may fail. */
  readonly fails: boolean
  /** Whether every call has ended when the log does. */
  readonly allEnd: boolean
  /** Steps of the log among which the ends are spread; 25 when left out. */
  readonly within?: number
}

/** The logs with ends of calls in them. Each element of READ is a call, numbered in the order of the log. */
export function withCalls(
  logs: fc.Arbitrary<StepLog>,
  { fails, allEnd, within = 25 }: CallsOptions,
): fc.Arbitrary<StepLog> {
  const draws = fc.array(
    fc.record({
      after: fc.nat({ max: within - 1 }),
      pick: fc.nat({ max: 3 }),
      fails: fails ? oneInFour : fc.constant(false),
    }),
    { maxLength: 20, size: 'max' },
  )
  return fc.tuple(logs, draws).map(([log, drawn]) => ({ ...log, steps: interleave(log.steps, drawn, allEnd) }))
}

const oneInFour = fc.nat({ max: 3 }).map((n) => n === 3)

/** The elements of a step that the asynchronous step is given. */
export function callsOf(step: LogStep): readonly { readonly value: unknown }[] {
  if ('read' in step && step.read === OTHER_READ) return []
  return step.kind === 'element' ? [step] : step.kind === 'atomic' ? step.elements : []
}

function interleave(steps: readonly LogStep[], draws: readonly CallDraw[], allEnd: boolean): LogStep[] {
  const values: ScriptedValue[] = []
  const inFlight: number[] = []
  const end = (pick: number, fails = false): LogStep[] => {
    const [call] = inFlight.splice(pick % Math.max(inFlight.length, 1), 1)
    if (call === undefined) return []
    const value = values[call] as ScriptedValue
    return [{ kind: 'completion', call, outcome: fails ? { error: `no ${value.id}` } : { value: called(value) } }]
  }
  const all = steps.flatMap((step, at) => {
    const elements = callsOf(step)
    for (const { value } of elements) inFlight.push(values.push(value as ScriptedValue) - 1)
    return [step, ...draws.filter(({ after }) => after === at).flatMap(({ pick, fails }) => end(pick, fails))]
  })
  while (allEnd && inFlight.length > 0) all.push(...end(inFlight.length * 7))
  return all
}
