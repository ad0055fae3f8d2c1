/** The arithmetic of regular grids: which windows contain a timestamp. Division floors, whatever the signs (R11). */
import { floorMod, MIN_TIMESTAMP, type Timestamp } from '../core/time.ts'
import { GLOBAL_WINDOW, type Window, type WindowGrid } from '../core/window.ts'

/**
 * The window [start, end), cut to the global window at both ends (R12): bounds are always timestamps, and no window
 * passes the end of time. At the low end several windows of a sliding grid begin at MIN_TIMESTAMP; their ends differ.
 */
export function windowBetween(start: Timestamp, end: Timestamp): Window {
  // `+ 0` turns -0 into 0.
  return { start: Math.max(start, MIN_TIMESTAMP) + 0, end: Math.min(end, GLOBAL_WINDOW.end) + 0 }
}

/**
 * Every window of the grid that contains `timestamp`, by ascending start: none when it falls into a hole between
 * windows, which exist when the period is longer than the size (R13).
 *
 * @example gridWindows({ size: 10, period: 5, offset: 0 }, 12) // [5, 15), [10, 20)
 */
export function gridWindows(grid: WindowGrid, timestamp: Timestamp): Window[] {
  const { size, period, offset } = grid
  const last = timestamp - floorMod(timestamp - offset, period)
  const windows: Window[] = []
  for (
    let start = last - Math.floor((size - 1 - (timestamp - last)) / period) * period;
    start <= last;
    start += period
  ) {
    windows.push(windowBetween(start, start + size))
  }
  return windows
}
