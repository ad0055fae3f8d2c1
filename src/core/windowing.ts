/** How a collection is windowed: the window function with everything that decides its panes. */
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
  /** The kind of the windows, kept through groupings: 'untimed' before timestamps exist. */
  readonly windowKind: string
  readonly trigger: Trigger
  readonly allowedLateness: Duration
  readonly panes: AccumulationMode
  readonly onTime: EmptyPanes
  readonly closing: EmptyPanes
  readonly timestampCombiner: TimestampCombiner
  /** Merging windows: judge lateness on the merged window (Flink) instead of the element's own (R72). */
  readonly lateMerge: boolean
}
