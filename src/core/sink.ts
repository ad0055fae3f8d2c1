/** Sinks take rows in order; what they wrote counts only after `commit`. */
import type { Row } from './bundle.ts'
import type { Json } from './json.ts'
import type { PaneInfo } from './pane.ts'
import type { Timestamp } from './time.ts'
import type { Window } from './window.ts'

/** One row as a sink receives it. */
export interface SinkRow<T> extends Row {
  readonly value: T
  readonly timestamp: Timestamp
  readonly window: Window | undefined
  readonly pane: PaneInfo | undefined
}

/**
 * What a crash and a resume do to the rows of a sink. 'exactly-once': the writer has `prepare`, and a sink that is opened
 * with what was prepared goes on from there. 'at-least-once': a row takes effect when `write` settles, and rows written
 * since the last checkpoint are written again.
 */
export type Delivery = 'exactly-once' | 'at-least-once'

/**
 * What a run with checkpoints promises of each element across crashes. 'exactly-once': state and exactly-once sinks are as
 * if there had been none. 'at-least-once': rows written since the last checkpoint stay, and are written again.
 * 'at-most-once': what was read since the last checkpoint is not read again: rows written stay, and state lacks it.
 */
export type Guarantee = 'exactly-once' | 'at-least-once' | 'at-most-once'

/** One run's writer. `write` may return a promise: the runner stops pulling until it settles (back-pressure). */
export interface SinkWriter<in T> {
  write(rows: readonly SinkRow<T>[]): void | Promise<void>
  /**
   * Comes instead of `write` to a writer that looks at nothing of its rows but their values: no object is made for each.
   * The array is the writer's to keep.
   */
  writeValues?(values: readonly T[]): void | Promise<void>
  /**
   * Makes what was written so far outlast a crash, without making it visible, and answers what `open` needs to go on from
   * exactly here: a value that valueCoder carries. Nothing is written before it settles.
   */
  prepare?(): unknown
  /** The checkpoint that holds `prepared` is safe: what it covers may be made visible. Comes again after a resume, and beside writes. */
  commitPrepared?(prepared: unknown): void | Promise<void>
  /** All input is written: make the result visible, whole. After a resume it may be for the second time. */
  commit(): void | Promise<void>
  /** The run failed or was cancelled and will not be resumed: leave nothing half-written behind. */
  abort(): void | Promise<void>
  /** The run ends here and may be resumed from what was prepared last: let go of files and connections, and keep that. */
  suspend?(): void | Promise<void>
}

export interface Sink<in T> {
  readonly spec: { readonly kind: string; readonly [field: string]: Json }
  /** True when the sink knows what a retraction is (R75); others refuse a retracting input when the plan is built. */
  readonly acceptsRetractions: boolean
  /** Runs with checkpoints refuse a sink that does not say. */
  readonly delivery?: Delivery
  /**
   * `prepared` is what the writer answered at the checkpoint that the run resumes from; undefined at a first start. What was
   * written after it is cut off where the guarantee is 'exactly-once', and kept otherwise. Runs without checkpoints give no
   * guarantee.
   */
  open(prepared?: unknown, guarantee?: Guarantee): SinkWriter<T> | Promise<SinkWriter<T>>
}
