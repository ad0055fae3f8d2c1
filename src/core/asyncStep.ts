/** Steps whose callback answers later (R119): what a plan says of them, and how their calls come back. */
import type { HostAbortSignal } from './abort.ts'
import type { ElementContext, ErrorPolicy } from './node.ts'
import type { Duration } from './time.ts'

/** What an asynchronous callback may know of its element. It may be kept until the call has ended. */
export interface AsyncContext<K = unknown> extends ElementContext<K> {
  /** 1 for the first attempt, 2 for the first retry. */
  readonly attempt: number
  /** Aborted when the attempt has run out of time, or the run has ended: hand it to what the call waits for. */
  readonly signal: HostAbortSignal
}

/** How a value came of a call, or why none did after its last attempt. */
export type CallOutcome = { readonly value: unknown } | { readonly error: unknown }

export interface AsyncSpec {
  readonly kind: 'async'
  readonly fn: (value: unknown, context: AsyncContext) => unknown
  /** 'kept': results leave in the order in which elements came; 'any': as calls end. */
  readonly order: 'kept' | 'any'
  /** Calls at work at once at most. */
  readonly concurrency: number
  /** Processing time after which an attempt counts as failed; undefined for none. */
  readonly timeout: Duration | undefined
  /** How often a call is attempted at most. */
  readonly attempts: number
  /** Processing time between a failed attempt and the next, by the number of attempts that have failed. */
  readonly backoff: (failed: number) => Duration
  readonly onError: ErrorPolicy
}
