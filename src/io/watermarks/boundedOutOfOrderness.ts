import { DataflowError, showValue } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import { type Duration, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { WatermarkStrategy } from '../../core/watermark.ts'

/**
 * Elements come at most `bound` milliseconds after a younger one: the watermark is the highest timestamp seen minus
 * the bound, and moves after every element (R41, R110). An element exactly `bound` behind the highest is on time.
 *
 *     read(clicks, { timestamp: (c) => c.at, watermark: boundedOutOfOrderness(minutes(2)) })
 *
 * Throws INVALID_ARGUMENT when `bound` is not a whole number of milliseconds >= 0.
 */
export function boundedOutOfOrderness(bound: Duration): WatermarkStrategy<unknown> & { readonly bound: Duration } {
  if (!Number.isSafeInteger(bound) || bound < 0) {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `boundedOutOfOrderness(${showValue(bound)}): the bound must be a whole number of milliseconds >= 0.`,
      remedy: 'Pass a duration such as minutes(2).',
    })
  }
  return trailingHighest({ kind: 'boundedOutOfOrderness', bound }, bound)
}

/** The strategy whose watermark follows the highest timestamp at a fixed distance. */
export function trailingHighest(
  spec: WatermarkStrategy<unknown>['spec'],
  bound: Duration,
): WatermarkStrategy<unknown> & { readonly bound: Duration } {
  return {
    spec,
    bound,
    create(saved?: Json) {
      let highest = typeof saved === 'number' ? saved : MIN_TIMESTAMP
      return {
        onElement(timestamp: Timestamp) {
          if (timestamp > highest) highest = timestamp
          return Math.max(highest - bound, MIN_TIMESTAMP)
        },
        save: () => highest,
      }
    },
  }
}
