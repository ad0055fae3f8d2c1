import type { AsyncContext, AsyncSpec } from '../core/asyncStep.ts'
import { DataflowError, showValue } from '../core/errors.ts'
import { type ErrorPolicy, FAILED, MAIN } from '../core/node.ts'
import { type Bounds, collectionOf, type Elements } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import type { Duration } from '../core/time.ts'
import { addNode, handleOf } from './addNode.ts'
import { checkFunction, failedInfo, type StepOptions, uncoded } from './elementwise.ts'
import { refuseSideInputs } from './sideInputs.ts'
import type { KeyOf, MayFail } from './typeRules.ts'

/** How often a call is attempted, and how long to wait in between. */
export interface RetryOptions {
  /** Attempts in all, the first among them. */
  readonly attempts: number
  /** Milliseconds of processing time before the next attempt, or a function of how many have failed; 0 when left out. */
  readonly backoff?: Duration | ((failed: number) => Duration)
}

export interface AsyncOptions<U, Policy extends ErrorPolicy = ErrorPolicy> extends StepOptions<U, Policy> {
  /** Calls at work at once at most; the sources wait for room. 16 when left out. */
  readonly concurrency?: number
  /**
   * 'kept' (when left out): results leave in the order in which elements came. 'any': as calls end, which no two runs do
   * alike unless one is a recording of the other.
   */
  readonly order?: 'kept' | 'any'
  /** Milliseconds of processing time after which an attempt has failed with TIMEOUT; never when left out. */
  readonly timeout?: Duration
  /** One attempt when left out. */
  readonly retry?: RetryOptions
}

/**
 * Replaces each value by what `fn` answers, when it does. Key, timestamp, window and pane stay. An element in flight holds
 * the watermark where it was when the element arrived, so nothing becomes late by waiting here (R119).
 *
 *     clicks.pipe(mapAsync(async (click, { signal }) => ({ ...click, place: await locate(click.ip, { signal }) }), {
 *       concurrency: 32, timeout: seconds(5), retry: { attempts: 3, backoff: (failed) => 100 * 2 ** failed },
 *     }))
 *
 * A call is made at least once: calls in flight at a checkpoint are made again after a restore. With `onError: 'output'`
 * elements whose last attempt failed are in the result's `failed`. Withdrawals are mapped as additions are, so over
 * retracting panes `fn` must give equal results for equal elements, and `order: 'any'` is refused (R75).
 *
 * Throws INVALID_ARGUMENT for a concurrency, a timeout or attempts that are no whole numbers >= 1, or a negative backoff.
 */
export function mapAsync<
  T,
  U,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  Policy extends ErrorPolicy = 'fail',
>(
  fn: (value: T, context: AsyncContext<KeyOf<K>>) => U | Promise<U>,
  options: AsyncOptions<NoInfer<U>, Policy> = {},
): Step<Elements<T, K, B, W>, MayFail<Policy, U, K, B, W, T>> {
  return (input) => {
    const step = options.name ?? 'mapAsync'
    checkFunction(step, 'mapAsync', fn)
    refuseSideInputs(step, 'mapAsync', options)
    const before = handleOf(input, step).info
    const { coder, onError = 'fail' } = options
    const main = coder === undefined ? uncoded(before) : Object.freeze({ ...before, coder })
    const { graph, path } = addNode([input], {
      name: options.name,
      label: 'mapAsync',
      spec: {
        kind: 'async',
        // The node's function is opaque to the plan: its types live in the handles.
        fn: fn as AsyncSpec['fn'],
        order: options.order ?? 'kept',
        concurrency: options.concurrency ?? 16,
        timeout: options.timeout,
        attempts: options.retry?.attempts ?? 1,
        backoff: backoffOf(step, options.retry?.backoff ?? 0),
        onError,
      },
      outputs: { [MAIN]: main, ...(onError === 'output' ? { [FAILED]: failedInfo(before) } : {}) },
    })
    return collectionOf<MayFail<Policy, U, K, B, W, T>>(graph, path)
  }
}

function backoffOf(step: string, backoff: Duration | ((failed: number) => Duration)): AsyncSpec['backoff'] {
  if (typeof backoff === 'function') return backoff
  if (Number.isSafeInteger(backoff) && backoff >= 0) return () => backoff
  throw new DataflowError('INVALID_ARGUMENT', {
    step,
    problem: `retry.backoff is ${showValue(backoff)}, but must be a whole number of milliseconds >= 0 or a function.`,
    remedy: 'Pass a duration such as seconds(1), or a function of the number of failed attempts.',
  })
}
