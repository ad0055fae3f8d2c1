import { DataflowError, showValue } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import { MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { WatermarkStrategy } from '../../core/watermark.ts'

/**
 * The stream itself says how far it is complete: `watermarkOf` answers a watermark for the elements that carry one and
 * undefined for the rest. Watermarks are exclusive (no element with a smaller timestamp will come); one that is not
 * above the last is ignored (R42).
 *
 *     punctuated<Reading>((r) => (r.kind === 'complete-until' ? r.at : undefined))
 *
 * A run fails with INVALID_TIMESTAMP when `watermarkOf` answers anything but an integer within the limits of time.
 */
export function punctuated<T>(
  watermarkOf: (value: T, timestamp: Timestamp) => Timestamp | undefined,
): WatermarkStrategy<T> {
  return {
    spec: { kind: 'punctuated' },
    create(saved?: Json) {
      let last = typeof saved === 'number' ? saved : MIN_TIMESTAMP
      return {
        onElement(timestamp: Timestamp, value: T) {
          const claimed = watermarkOf(value, timestamp)
          if (claimed !== undefined) last = Math.max(last, checkWatermark(claimed))
          return last
        },
        save: () => last,
      }
    },
  }
}

/** The watermark itself, or INVALID_TIMESTAMP when it is no integer within the limits of time. */
export function checkWatermark(watermark: Timestamp): Timestamp {
  if (Number.isInteger(watermark) && watermark >= MIN_TIMESTAMP && watermark <= MAX_TIMESTAMP) return watermark
  throw new DataflowError('INVALID_TIMESTAMP', {
    problem: `a watermark must be an integer of milliseconds within the limits of time, but is ${showValue(watermark)}.`,
    remedy: 'Answer milliseconds since the Unix epoch, or undefined for no new watermark.',
  })
}
