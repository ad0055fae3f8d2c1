import { DataflowError, showValue } from '../core/errors.ts'
import type { CollectionInfo } from '../core/graph.ts'
import { MAIN } from '../core/node.ts'
import { type Bounds, collectionOf, type Elements, type PCollection } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { type Duration, MAX_TIMESTAMP, MIN_TIMESTAMP } from '../core/time.ts'
import type { Trigger, TriggerCause } from '../core/trigger.ts'
import type { WindowFn } from '../core/window.ts'
import type { AccumulationMode, EmptyPanes, TimestampCombiner, WindowingStrategy } from '../core/windowing.ts'
import { addNode, handleOf } from './addNode.ts'
import type { NeedTime, Windowed } from './typeRules.ts'
import { unwindowed } from './unwindowed.ts'

/** Options of sequence windows, which are final when they are cut: they take no trigger, mode or lateness (R113). */
export interface SequenceWindowOptions {
  readonly name?: string
}

export interface WindowOptions<Causes extends TriggerCause = TriggerCause> {
  readonly name?: string
  /** When panes are emitted. Left out: once when the watermark passes the window's end, then per late element (R54). */
  readonly trigger?: Trigger<Causes>
  /**
   * How long after its end a window still takes elements, in milliseconds of event time; Infinity for ever. Left out:
   * as the input had it, which is 0 for a read, so that chained groupings drop nothing of each other's late panes.
   */
  readonly allowedLateness?: Duration
  /**
   * What a pane holds (R74): 'discarding', what came since the last pane; 'accumulating', all so far; 'retracting', all so
   * far, after a withdrawal of the last pane. Left out: 'discarding', or 'retracting' where the input retracts.
   */
  readonly panes?: AccumulationMode
  /** Whether a window emits its on-time pane without new elements, too (R68). Left out: 'fireAlways'. */
  readonly onTime?: EmptyPanes
  /** Whether a window emits a last pane without new elements when it expires (R68). Left out: 'fireIfNonEmpty'. */
  readonly closing?: EmptyPanes
  /** The timestamp of panes (R31). Left out: 'endOfWindow'. */
  readonly timestampCombiner?: TimestampCombiner
}

export interface AlignedWindowOptions<Causes extends TriggerCause = TriggerCause> extends WindowOptions<Causes> {
  /**
   * 'allow' takes a trigger that can finish before its window expires, such as a bare afterCount(1): every later element
   * of the window is then dropped as `closed` (D7, R60).
   */
  readonly unsafeTrigger?: 'allow'
}

export interface MergingWindowOptions<Causes extends TriggerCause = TriggerCause> extends WindowOptions<Causes> {
  /** True judges lateness on the merged window, as Flink does, instead of on the element's own (R72, D5). */
  readonly lateMerge?: boolean
}

type Shape = WindowFn<unknown>['shape']

/** The options that a shape of windows takes. */
export type WindowOptionsOf<S extends Shape, Causes extends TriggerCause> = S extends 'sequence'
  ? SequenceWindowOptions
  : S extends 'merging'
    ? MergingWindowOptions<Causes>
    : AlignedWindowOptions<Causes>

/**
 * Assigns windows: the next grouping groups by them, and by what the options say of their panes.
 *
 *     clicks.pipe(
 *       keyBy((click) => click.page),
 *       windowInto(tumbling(minutes(5)), {
 *         trigger: afterWatermark({ early: afterProcessingTime(seconds(10)), late: afterCount(1) }),
 *         allowedLateness: minutes(10),
 *         panes: 'accumulating',
 *       }),
 *       aggregate({ views: count() }),
 *     )
 *
 * Refused while the pipeline is built: event-time windows over rows without timestamps, triggers that can lose data, and
 * options that the windows do not have.
 */
export function windowInto<
  T,
  V extends string,
  S extends Shape,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  Causes extends TriggerCause = 'watermark',
>(
  windowFn: WindowFn<NoInfer<T>, V> & { readonly shape: S },
  options?: WindowOptionsOf<S, Causes>,
): Step<Elements<T, K, B, W> & NeedTime<W, V>, PCollection<T, K, B, Windowed<W, V, Causes>>> {
  return (input) => {
    const label = 'windowInto'
    const before = handleOf(input, options?.name ?? label).info
    const { graph, path } = addNode([input], {
      name: options?.name,
      label,
      spec: { kind: 'windowInto' },
      outputs: {
        // The plan holds windows of any value type: they meet only values that the compiler has checked.
        [MAIN]: Object.freeze({
          ...before,
          windowing: strategyOf(windowFn as WindowFn<unknown>, options ?? {}, before),
        }),
      },
    })
    return collectionOf(graph, path)
  }
}

type AnyWindowOptions = Omit<AlignedWindowOptions & MergingWindowOptions, 'name'>

function strategyOf(
  windowFn: WindowFn<unknown>,
  { name = 'windowInto', ...options }: AnyWindowOptions & { readonly name?: string },
  before: CollectionInfo,
): WindowingStrategy {
  checkWindowFn(name, windowFn)
  const defaults = unwindowed('global')
  const isSequence = windowFn.shape === 'sequence'
  const lateness = options.allowedLateness ?? (isSequence ? 0 : before.windowing.allowedLateness)
  const panes = options.panes ?? (before.retracts && !isSequence ? 'retracting' : defaults.panes)
  return Object.freeze({
    windowFn,
    windowKind: kindOf(windowFn, before),
    windowShape: windowFn.shape,
    windowSpec: windowFn.spec,
    trigger: options.trigger ?? defaults.trigger,
    // No window outlives the end of time, so forever is a finite length.
    allowedLateness: Math.min(lateness, MAX_TIMESTAMP - MIN_TIMESTAMP),
    panes,
    onTime: options.onTime ?? defaults.onTime,
    closing: options.closing ?? defaults.closing,
    timestampCombiner: options.timestampCombiner ?? defaults.timestampCombiner,
    lateMerge: options.lateMerge ?? false,
    allowUnsafeTrigger: options.unsafeTrigger === 'allow',
  })
}

/** The global window leaves rows as timeless as they were. */
function kindOf(windowFn: WindowFn<unknown>, before: CollectionInfo): string {
  const kind = before.windowing.windowKind
  return windowFn.kind === 'global' && ['untimed', 'dropped', 'failed'].includes(kind) ? kind : windowFn.kind
}

function checkWindowFn(step: string, windowFn: WindowFn<unknown> | undefined): void {
  if (typeof windowFn?.kind === 'string' && typeof windowFn.shape === 'string') return
  throw new DataflowError('INVALID_ARGUMENT', {
    step,
    problem: `windowInto was given ${showValue(windowFn)}, not windows.`,
    remedy: 'Pass windows such as tumbling(minutes(5)).',
  })
}
