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

/** One run's writer. `write` may return a promise: the runner stops pulling until it settles (back-pressure). */
export interface SinkWriter<in T> {
  write(rows: readonly SinkRow<T>[]): void | Promise<void>
  /** All input is written: make the result visible, whole. */
  commit(): void | Promise<void>
  /** The run failed or was cancelled: leave nothing half-written behind. */
  abort(): void | Promise<void>
}

export interface Sink<in T> {
  readonly spec: { readonly kind: string; readonly [field: string]: Json }
  /** True when the sink knows what a retraction is (R75); others refuse a retracting input when the plan is built. */
  readonly acceptsRetractions: boolean
  open(): SinkWriter<T> | Promise<SinkWriter<T>>
}
