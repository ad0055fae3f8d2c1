import { idleMissing } from '../core/checkNode.ts'
import type { Coder } from '../core/coder.ts'
import { DataflowError, showValue } from '../core/errors.ts'
import { GraphBuilder, type Plan } from '../core/graph.ts'
import type { JsonObject } from '../core/json.ts'
import { type ErrorPolicy, FAILED, MAIN } from '../core/node.ts'
import { collectionOf, type PCollection, type Refused } from '../core/pcollection.ts'
import type { Source } from '../core/source.ts'
import type { Timestamp } from '../core/time.ts'
import { validatePlan } from '../core/validatePlan.ts'
import type { IdlePolicy, WatermarkStrategy } from '../core/watermark.ts'
import type { MayFail } from './typeRules.ts'
import { unwindowed } from './unwindowed.ts'

/**
 * Options of a read. Time, Estimate and Idle tell the compiler which options were given: an option that was left out
 * leaves its parameter `never`.
 */
export interface ReadOptions<
  T,
  Time extends Timestamp = Timestamp,
  Estimate extends JsonObject = JsonObject,
  Idle extends IdlePolicy = IdlePolicy,
  Policy extends ErrorPolicy = ErrorPolicy,
> {
  /** The step's name in the plan. */
  readonly name?: string
  /** The event time of a value, in milliseconds. Left out: the values have no time until withTimestamps. */
  readonly timestamp?: (value: T) => Time
  /** How far event time is complete, per split. Left out: not before the end of the input. */
  readonly watermark?: WatermarkStrategy<T> & { readonly spec: Estimate }
  /** When a quiet split no longer holds the watermark back (R115); an unbounded read must say. */
  readonly idle?: Idle
  /** 'output': records that cannot be decoded or stamped go to the read's `failed` output; 'fail' (default). */
  readonly onError?: Policy
  /** How the values are encoded where the engine must; inferred when left out. */
  readonly coder?: Coder<T>
}

type BoundsOf<Bounded extends boolean> = [Bounded] extends [true] ? 'bounded' : 'unbounded'

type NeedIdle<Bounded extends boolean, Idle> = [Bounded] extends [true]
  ? unknown
  : [Idle] extends [never]
    ? Refused<'an unbounded read must say what a quiet split means: give it idle: after(seconds(30)), or neverIdle()'>
    : unknown

type NeedEstimate<Bounded extends boolean, Time, Estimate> = [Bounded] extends [true]
  ? unknown
  : [Time] extends [never]
    ? unknown
    : [Estimate] extends [never]
      ? Refused<'an unbounded read with timestamps needs a watermark, or no window would ever close: give it watermark: boundedOutOfOrderness(...)'>
      : unknown

/** A pipeline under construction. */
export interface Pipeline {
  readonly name: string
  /**
   * The values of a source as a collection.
   *
   *     pipeline('clicks').read(clicks, {
   *       timestamp: (click) => click.at,
   *       watermark: boundedOutOfOrderness(minutes(1)),
   *       idle: after(seconds(30)),
   *     })
   *
   * A run fails with INVALID_TIMESTAMP for a timestamp that is not an integer within the limits of time (R2).
   */
  read<
    T,
    Bounded extends boolean,
    Time extends Timestamp = never,
    Estimate extends JsonObject = never,
    Idle extends IdlePolicy = never,
    Policy extends ErrorPolicy = 'fail',
  >(
    source: Source<T> & { readonly bounded: Bounded } & NeedIdle<Bounded, Idle> & NeedEstimate<Bounded, Time, Estimate>,
    options?: ReadOptions<NoInfer<T>, Time, Estimate, Idle, Policy>,
  ): MayFail<Policy, T, never, BoundsOf<Bounded>, [Time] extends [never] ? 'untimed' : 'global', unknown>
  /** What has been built so far, checked and immutable. Throws a DataflowError for the first rule that is broken. */
  plan(): Plan
}

/**
 * A new, empty pipeline. Nothing runs until a runner is given its plan.
 *
 *     const p = pipeline('words')
 *     p.read(fromIterable(['a', 'b', 'a'])).pipe(keyBy((word) => word), combinePerKey(count()), write(toArray(out)))
 *     const { done } = localRunner().run(p.plan())
 *
 * The name stands for the job in plans and stores. Throws INVALID_ARGUMENT for one that is empty.
 */
export function pipeline(name: string): Pipeline {
  if (typeof name !== 'string' || name === '') {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `pipeline: the name is ${showValue(name)}.`,
      remedy: 'Name the job: its checkpoints are found by the name.',
    })
  }
  const graph = new GraphBuilder(name)
  return Object.freeze({
    name,
    read: (source: Source<unknown>, options: ReadOptions<unknown> = {}) => read(graph, source, options),
    plan: () => validatePlan(graph.plan()),
    // The phantom type parameters exist for the compiler only.
  }) as unknown as Pipeline
}

function read(graph: GraphBuilder, source: Source<unknown>, options: ReadOptions<unknown>): PCollection<unknown> {
  const { timestamp, watermark, coder, onError = 'fail' } = options
  const step = options.name ?? 'read'
  if (typeof source?.open !== 'function') {
    throw new DataflowError('INVALID_ARGUMENT', {
      step,
      problem: `read was given ${showValue(source)}, not a source.`,
      remedy: 'Pass a source such as fromIterable([1, 2, 3]).',
    })
  }
  if (!source.bounded && options.idle === undefined) throw idleMissing(step, source)
  const info = { keyed: false, bounded: source.bounded, retracts: false, dropped: false }
  const windowing = unwindowed(timestamp === undefined ? 'untimed' : 'global')
  const path = graph.add({
    name: options.name,
    label: 'read',
    spec: {
      kind: 'read',
      source,
      timestamp,
      watermark,
      // A bounded split ends, and may hold the watermark until it does.
      idle: options.idle ?? { kind: 'never' },
      onError,
    },
    inputs: [],
    outputs: {
      [MAIN]: Object.freeze({ ...info, windowing, ...(coder === undefined ? {} : { coder }) }),
      ...(onError === 'output' ? { [FAILED]: Object.freeze({ ...info, windowing: unwindowed('failed') }) } : {}),
    },
  })
  return collectionOf(graph, path)
}
