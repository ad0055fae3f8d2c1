import { type Duration, MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '../core/time.ts'

/** The watermark of what runs `wait` behind its input, because elements wait for their place (R87, R111); the end is not waited for. */
export function behindBy(wait: Duration, watermark: Timestamp): Timestamp {
  return watermark === MAX_TIMESTAMP ? watermark : Math.max(watermark - wait, MIN_TIMESTAMP)
}
