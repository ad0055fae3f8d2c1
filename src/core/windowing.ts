/** How a collection is windowed: the window function with everything that decides its panes. */
import type { JsonObject } from './json.ts'
import type { Duration } from './time.ts'
import type { Trigger } from './trigger.ts'
import type { WindowFn } from './window.ts'

/** discarding: a pane holds what came since the last; accumulating: all so far; retracting: all so far, after withdrawing the last (R74). */
export type AccumulationMode = 'discarding' | 'accumulating' | 'retracting'

/** The timestamp of a pane (R31). */
export type TimestampCombiner = 'endOfWindow' | 'earliest' | 'latest'

/** Whether a pane without new elements is emitted, on time or at closing (R68). */
export type EmptyPanes = 'fireAlways' | 'fireIfNonEmpty'

export interface WindowingStrategy {
  /** `undefined` after a grouping: panes keep their window, and the next grouping groups by it (R79). */
  readonly windowFn: WindowFn<unknown> | undefined
  /**
   * The kind of the windows, kept through groupings. Rows that still need timestamps before they can be windowed say so
   * here: 'untimed' (none were given), 'dropped' (a grouping refused them), 'failed' (a callback or a decoder threw).
   */
  readonly windowKind: string
  /** Kept through groupings, after which nothing merges and nothing is cut again (R79). */
  readonly windowShape: WindowFn<unknown>['shape']
  /** Kind and parameters of the windows as data, kept through groupings. */
  readonly windowSpec: JsonObject
  readonly trigger: Trigger
  readonly allowedLateness: Duration
  readonly panes: AccumulationMode
  readonly onTime: EmptyPanes
  readonly closing: EmptyPanes
  readonly timestampCombiner: TimestampCombiner
  /** Merging windows: judge lateness on the merged window (Flink) instead of the element's own (R72). */
  readonly lateMerge: boolean
  /** The author asked by name for a trigger that can finish before the window expires (D7); never in merging windows. */
  readonly allowUnsafeTrigger: boolean
}
