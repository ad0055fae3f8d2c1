/** The end of a window as triggers see it. */
import type { Timestamp } from '../core/time.ts'
import type { TriggerMoment } from '../core/trigger.ts'
import { maxTimestamp } from '../core/window.ts'

/** True once the watermark is past the window's last millisecond (R50). */
export function isPastEnd(moment: TriggerMoment): boolean {
  return moment.watermark > maxTimestamp(moment.window)
}

/** The first watermark that is past the end, or Infinity when it has been reached. */
export function wakeAtEnd(moment: TriggerMoment): Timestamp {
  return isPastEnd(moment) ? Number.POSITIVE_INFINITY : maxTimestamp(moment.window) + 1
}
