import type { JsonObject } from '../core/json.ts'
import { type ElementContext, MAIN } from '../core/node.ts'
import { type Bounds, collectionOf, type Elements, type PCollection, type Refused } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import type { Timestamp } from '../core/time.ts'
import type { WatermarkStrategy } from '../core/watermark.ts'
import { addNode, handleOf } from './addNode.ts'
import { checkFunction } from './elementwise.ts'
import type { KeyOf } from './typeRules.ts'
import { unwindowed } from './unwindowed.ts'

/** Estimate tells the compiler whether a watermark was given: `never` when it was left out. */
export interface TimestampOptions<T, Estimate extends JsonObject = JsonObject> {
  readonly name?: string
  /** Estimates the watermark anew from the new timestamps; the input's watermark is then forgotten. */
  readonly watermark?: WatermarkStrategy<T> & { readonly spec: Estimate }
}

/** Without timestamps an unbounded read has no watermark either. */
type NeedEstimate<B, W, Estimate> = [B, W] extends ['unbounded', 'untimed' | 'triggered untimed']
  ? [Estimate] extends [never]
    ? Refused<'an unbounded collection without timestamps has no watermark, so no window would ever close: give withTimestamps a watermark'>
    : unknown
  : unknown

/**
 * Gives each element the timestamp that `fn` returns (integer milliseconds) and takes its windows away: put windowInto
 * after it. A timestamp may only move forward, or the element would be behind a watermark that was promised; with a
 * `watermark` of its own the step makes a new promise, and timestamps are free (D15).
 *
 *     lines.pipe(withTimestamps((line) => line.at, { watermark: boundedOutOfOrderness(minutes(1)) }))
 *
 * The run fails with INVALID_TIMESTAMP for anything but an integer within the limits of time, and with
 * TIMESTAMP_REGRESSED for a step back without a watermark.
 */
export function withTimestamps<
  T,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  Estimate extends JsonObject = never,
>(
  fn: (value: T, context: ElementContext<KeyOf<K>>) => Timestamp,
  options?: TimestampOptions<NoInfer<T>, Estimate>,
): Step<Elements<T, K, B, W> & NeedEstimate<B, W, Estimate>, PCollection<T, K, B, 'global'>> {
  const label = 'withTimestamps'
  checkFunction(options?.name ?? label, label, fn)
  return (input) => {
    const before = handleOf(input, options?.name ?? label).info
    const { graph, path } = addNode([input], {
      name: options?.name,
      label,
      spec: {
        kind: 'timestamps',
        // The node's functions are opaque to the plan: their types live in the handles.
        fn: fn as (value: unknown, context: ElementContext) => Timestamp,
        watermark: options?.watermark as WatermarkStrategy<unknown> | undefined,
      },
      outputs: { [MAIN]: Object.freeze({ ...before, windowing: unwindowed('global'), dropped: false }) },
    })
    return collectionOf(graph, path)
  }
}
