/** Watermark estimation per split, and declared idleness. */
import type { Json, JsonObject } from './json.ts'
import type { Duration, Timestamp } from './time.ts'

/**
 * Estimates one split's watermark. The engine asks after every element, in the split's order, so element i is judged
 * against the estimate made by the elements before it (R110). Estimates never fall: lower values are ignored.
 */
export interface WatermarkEstimator<T> {
  /** Exclusive: no element with a smaller timestamp is expected. Called after the element is taken. */
  onElement(timestamp: Timestamp, value: T): Timestamp
  /**
   * Asked while the split waits for elements: for estimates that learn from elsewhere how far the split is complete. What it
   * answers is a step of the log where it is above the last estimate.
   */
  whileQuiet?(): Timestamp
  /** The estimator's state, for checkpoints. */
  save(): Json
}

/** A declared way to estimate watermarks: one estimator per split. */
export interface WatermarkStrategy<T> {
  readonly spec: JsonObject
  /** A new estimator, or one restored from `save`. */
  create(saved?: Json): WatermarkEstimator<T>
  /** Calls back when `whileQuiet` may answer more than before, so that a sleeping run asks; answers how to stop that. */
  subscribe?(moved: () => void): () => void
  /**
   * Set for bounded out-of-orderness only: the estimate is always the highest timestamp seen minus this bound, so a
   * runner may compute it inline.
   */
  readonly bound?: Duration
}

/** When a quiet split leaves the minimum: after a length of processing time, or never (R115). */
export type IdlePolicy = { readonly kind: 'after'; readonly quiet: Duration } | { readonly kind: 'never' }
