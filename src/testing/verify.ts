import { DataflowError, showValue } from '../core/errors.ts'
import type { Plan } from '../core/graph.ts'
import { LATE } from '../core/node.ts'
import type { PCollection } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import type { LogStep, StepLog, WatermarkStep } from '../core/stepLog.ts'
import type { TriggerCause } from '../core/trigger.ts'
import type { WindowFn } from '../core/window.ts'
import { fromIterable } from '../io/fromIterable.ts'
import { combineGlobally } from '../transforms/combineGlobally.ts'
import { toList } from '../transforms/combiners/toList.ts'
import { pipeline } from '../transforms/pipeline.ts'
import { type WindowOptionsOf, windowInto } from '../transforms/windowInto.ts'
import { diffTable } from './diffTable.ts'
import { type ExpectedRow, matchesRow } from './expectedRow.ts'
import { type Event, runInFiveModes, showEvent } from './fiveModes.ts'
import { stepId } from './rowsOf.ts'
import { showRow, showTime } from './showRow.ts'

/** The elements of a verification as a collection: timed, unkeyed, not yet windowed. */
export type TestInput<T> = PCollection<T, never, 'bounded', 'global'>

/** A row, or a watermark that goes out between rows. */
export type Expected = ExpectedRow | WatermarkStep | LogStep

export interface Verification {
  /** What happens, after what was given before. */
  input(...steps: readonly LogStep[]): Verification
  /**
   * Everything that comes out, in order, in each of the five modes. Where any watermark is named, the last before each row
   * and the last of all are compared, too. Throws an Error with a table of both sides, and names the mode.
   */
  expect(...expected: readonly Expected[]): Verification
  /** Everything that the last step, a grouping, dropped. */
  expectLate(...expected: readonly Expected[]): Verification
}

type Shape = WindowFn<unknown>['shape']

/**
 * Tests windows, a trigger, or a piece of a pipeline against a short script, in five modes: one element at a time, all in
 * one bundle, in bundles of two without generated code, and with the state saved, encoded, decoded and restored after every
 * step or every other one. Values and keys are encoded and decoded on every edge. All modes must give the same rows,
 * watermarks and counts, and after the end of input nothing may be left over.
 *
 *     verify(tumbling(10)).input(el('a', 3), wm(9), el('b', 4), wm(10)).expect(wm(9), pane([0, 10], ['a', 'b']), wm(10))
 *     verify(tumbling(10), { trigger: everyOther }).input(...).expect(...)
 *     verify(windowInto(tumbling(10)), aggregateGlobally({ n: count() })).input(...).expect(...)
 *     verify((clicks: TestInput<Click>) => clicks.pipe(keyBy((c) => c.page), ...)).input(...).expect(...)
 *
 * Windows alone are tested by the lists of elements that they give. The steps are applied anew for each mode.
 */
export function verify<V extends string, S extends Shape, Causes extends TriggerCause = TriggerCause>(
  windowFn: WindowFn<unknown, V> & { readonly shape: S },
  options?: WindowOptionsOf<S, Causes>,
): Verification
export function verify<T, C1>(s1: Step<TestInput<T>, C1>): Verification
export function verify<T, C1, C2>(s1: Step<TestInput<T>, C1>, s2: Step<NoInfer<C1>, C2>): Verification
export function verify<T, C1, C2, C3>(
  s1: Step<TestInput<T>, C1>,
  s2: Step<NoInfer<C1>, C2>,
  s3: Step<NoInfer<C2>, C3>,
): Verification
export function verify<T, C1, C2, C3, C4>(
  s1: Step<TestInput<T>, C1>,
  s2: Step<NoInfer<C1>, C2>,
  s3: Step<NoInfer<C2>, C3>,
  s4: Step<NoInfer<C3>, C4>,
): Verification
export function verify(first: WindowFn<unknown> | AnyStep, ...more: readonly unknown[]): Verification {
  const steps = typeof first === 'function' ? [first, ...(more as AnyStep[])] : listing(first, more[0])
  return verification(() => build(steps), [])
}

/** A step whose input the overloads have checked. */
type AnyStep = Step<never, unknown>

interface Built {
  readonly plan: Plan
  /** The main output, as the log calls it. */
  readonly output: string
}

function verification(make: () => Built, steps: readonly LogStep[]): Verification {
  const log: StepLog = { startAt: 0, steps }
  const check = (port: string | undefined, expected: readonly Expected[]): Verification => {
    const { output } = make()
    const id = port === undefined ? output : `${output}:${port}`
    const hasWatermarks = expected.some((each) => 'kind' in each)
    runInFiveModes(
      () => make().plan,
      log,
      id,
      (mode, events) => {
        const actual = events.filter((event) => hasWatermarks || 'row' in event)
        const table = diffTable({ actual, expected, isMatch, showActual: showEvent, showExpected })
        if (table !== undefined) throw new Error(`${id}, ${mode}: what came out is not what was expected\n${table}`)
      },
    )
    return again
  }
  const again: Verification = {
    input: (...more) => verification(make, [...steps, ...more]),
    expect: (...expected) => check(undefined, expected),
    expectLate: (...expected) => check(LATE, expected),
  }
  return again
}

function isMatch(event: Event, expected: Expected): boolean {
  if (!('kind' in expected)) return 'row' in event && matchesRow(event.row, expected)
  return 'watermark' in event && expected.kind === 'watermark' && event.watermark === expected.to
}

function showExpected(expected: Expected): string {
  if (!('kind' in expected)) return showRow(expected)
  return expected.kind === 'watermark' ? `W ${showTime(expected.to)}` : expected.kind
}

/** Windows alone: all elements of a window as a list. */
function listing(windowFn: WindowFn<unknown>, options: unknown): AnyStep[] {
  // The overload has checked that the options are those of the windows' shape.
  const into = windowInto(windowFn, options as WindowOptionsOf<Shape, TriggerCause>)
  return [into, combineGlobally(toList(), { name: 'windows' })]
}

function build(steps: readonly AnyStep[]): Built {
  const p = pipeline('verify')
  const input = p.read(fromIterable<unknown>([]), { name: 'input', timestamp: needTimestamp })
  const output = steps.reduce<unknown>((collection, step) => step(collection as never), input)
  if (!isCollection(output)) {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `the last step of verify gives ${showValue(output)}, not a collection.`,
      remedy: 'Leave out write(...), and pick one output of a step that gives several.',
    })
  }
  return { plan: p.plan(), output: stepId(output) }
}

function isCollection(value: unknown): value is PCollection<unknown, unknown> {
  return typeof value === 'object' && value !== null && 'at' in value
}

function needTimestamp(value: unknown): never {
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `the element ${showValue(value)} has no timestamp.`,
    remedy: 'Give it one: el(value, 3).',
  })
}
