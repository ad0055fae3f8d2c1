/** The windows of an overlapping grid that hold a slice. */
import { GLOBAL_MAX, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { Window, WindowGrid } from '../../core/window.ts'

/** The uncut ends of the windows that hold a slice, in order. */
export function endsOf({ size, period }: WindowGrid, start: Timestamp): Timestamp[] {
  return Array.from({ length: size / period }, (_, index) => start + (index + 1) * period)
}

/** The window of an uncut end. */
export function windowAt({ size }: WindowGrid, end: Timestamp): Window {
  return { start: Math.max(end - size, MIN_TIMESTAMP), end: cutEnd(end) }
}

/** Windows are cut at the end of the global window (R12). */
export function cutEnd(end: Timestamp): Timestamp {
  return Math.min(end, GLOBAL_MAX + 1)
}
