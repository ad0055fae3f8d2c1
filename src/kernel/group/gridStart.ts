import type { Duration, Timestamp } from '../../core/time.ts'

/**
 * The start of the grid cell that contains a timestamp, uncut: `timestamp - floorMod(timestamp - offset, period)` (R11).
 * Timestamps come out of columns of doubles, where a remainder is a call of its own and a division is not: it takes a
 * quarter of the time.
 */
export function gridStart(timestamp: Timestamp, period: Duration, offset: Duration): Timestamp {
  const start = Math.floor((timestamp - offset) / period) * period + offset
  // A quotient next to a whole number may have been rounded up to it.
  return start > timestamp ? start - period : start
}
