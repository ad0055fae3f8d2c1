import { type Duration, floorMod, type Timestamp } from '../core/time.ts'
import type { AlignedWindowFn, Window, WindowGrid } from '../core/window.ts'
import { checkDuration, checkOffset } from './checkArguments.ts'
import { windowBetween } from './gridWindows.ts'

export interface TumblingOptions {
  /** Shifts the windows: one begins at `offset` (ms, |offset| < size). 0 when left out. */
  readonly offset?: Duration
}

/**
 * Windows of equal length, side by side: [offset + i * size, offset + (i + 1) * size) for every integer i, also
 * before 1970 (R11). Each element is in exactly one. `size` and `offset` are integer milliseconds; others are refused
 * with INVALID_ARGUMENT.
 *
 * @example tumbling(minutes(5))
 * @example tumbling(days(1), { offset: hours(6) }) // days that begin at 06:00 UTC
 */
export function tumbling(size: Duration, options: TumblingOptions = {}): AlignedWindowFn<unknown, 'tumbling'> {
  checkDuration('tumbling(size): the size', size)
  const offset = checkOffset('tumbling(size, { offset }): the offset', options.offset ?? 0, size)
  const grid: WindowGrid = Object.freeze({ size, period: size, offset })
  return Object.freeze({
    kind: 'tumbling',
    shape: 'aligned',
    spec: Object.freeze({ kind: 'tumbling', size, offset }),
    grid,
    assign(timestamp: Timestamp): readonly Window[] {
      const start = timestamp - floorMod(timestamp - offset, size)
      return [windowBetween(start, start + size)]
    },
  })
}
