/**
 * The times of a stateful step, in one object that its parts share. A time that is handed from call to call instead becomes
 * an object wherever a call is not inlined, since times of today are no small integers.
 */
import { MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { CallTimes } from '../../state/callTimes.ts'

export interface StepTimes extends CallTimes {
  /** The input watermark. */
  watermark: Timestamp
  /** The output watermark but for holds, which is behind W while W's own work is done. */
  sent: Timestamp
}

export function newStepTimes(): StepTimes {
  // NaN makes room for a double; a small integer would have to be replaced.
  const never = Number.NaN
  return {
    watermark: MIN_TIMESTAMP,
    sent: MIN_TIMESTAMP,
    timestamp: never,
    base: never,
    eventTime: never,
    processingTime: never,
  }
}

export function moveTo(times: StepTimes, watermark: Timestamp, sent: Timestamp): void {
  times.watermark = watermark
  times.sent = sent
}
