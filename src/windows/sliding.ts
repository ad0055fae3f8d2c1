import type { Duration, Timestamp } from '../core/time.ts'
import type { AlignedWindowFn, Window, WindowGrid } from '../core/window.ts'
import { checkDuration, checkOffset } from './checkArguments.ts'
import { gridWindows } from './gridWindows.ts'

export interface SlidingOptions {
  /** Shifts the windows: one begins at `offset` (ms, |offset| < period). 0 when left out. */
  readonly offset?: Duration
}

/**
 * Windows of length `size` that begin every `period`: [offset + i * period, offset + i * period + size) (R13). An
 * element is in each of them that contains it: about size / period. With a period longer than the size there are holes
 * between the windows; an element in a hole is in no window and is counted as `noWindow`. Lengths are integer
 * milliseconds; others are refused with INVALID_ARGUMENT.
 *
 * @example sliding(minutes(60), minutes(5)) // the last hour, every five minutes
 */
export function sliding(
  size: Duration,
  period: Duration,
  options: SlidingOptions = {},
): AlignedWindowFn<unknown, 'sliding'> {
  checkDuration('sliding(size, period): the size', size)
  checkDuration('sliding(size, period): the period', period)
  const offset = checkOffset('sliding(size, period, { offset }): the offset', options.offset ?? 0, period)
  const grid: WindowGrid = Object.freeze({ size, period, offset })
  return Object.freeze({
    kind: 'sliding',
    shape: 'aligned',
    spec: Object.freeze({ kind: 'sliding', size, period, offset }),
    grid,
    assign: (timestamp: Timestamp): readonly Window[] => gridWindows(grid, timestamp),
  })
}
