import type { Duration } from '../../core/time.ts'
import type { WatermarkStrategy } from '../../core/watermark.ts'
import { trailingHighest } from './boundedOutOfOrderness.ts'

/**
 * Timestamps of a split never fall: the watermark is the highest timestamp seen, so equal timestamps are on time and
 * a lower one is behind the watermark (R41 with bound 0).
 *
 *     read(ticks, { timestamp: (t) => t.at, watermark: monotonous() })
 */
export function monotonous(): WatermarkStrategy<unknown> & { readonly bound: Duration } {
  return trailingHighest({ kind: 'monotonous' }, 0)
}
