/**
 * Event time is an integer count of milliseconds since the Unix epoch, within the limits of the
 * platform's dates. Watermarks are exclusive: W = t asserts that no element with timestamp < t
 * will still come.
 */

/** Event time or processing time: integer milliseconds since the Unix epoch. */
export type Timestamp = number

/** A length of time: integer milliseconds. */
export type Duration = number

/** The smallest timestamp; every watermark starts here. */
export const MIN_TIMESTAMP: Timestamp = -8.64e15

/** End of input: a watermark of this value fires every timer and closes every window. */
export const MAX_TIMESTAMP: Timestamp = 8.64e15

/** The last timestamp an element may carry, and the max timestamp of the global window. */
export const GLOBAL_MAX: Timestamp = MAX_TIMESTAMP - 86_400_000

export function milliseconds(n: number): Duration {
  return n
}

export function seconds(n: number): Duration {
  return n * 1_000
}

export function minutes(n: number): Duration {
  return n * 60_000
}

export function hours(n: number): Duration {
  return n * 3_600_000
}

export function days(n: number): Duration {
  return n * 86_400_000
}

/** True for an integer in [MIN_TIMESTAMP, GLOBAL_MAX]: what an element may carry (R2). */
export function isElementTimestamp(value: unknown): value is Timestamp {
  return typeof value === 'number' && Number.isInteger(value) && value >= MIN_TIMESTAMP && value <= GLOBAL_MAX
}

/** The remainder of a / n in [0, n), whatever the sign of a. JavaScript's % truncates instead. */
export function floorMod(a: number, n: number): number {
  const remainder = a % n
  // `+ 0` turns -0 into 0, so that window bounds never carry a negative zero.
  return remainder < 0 ? remainder + n : remainder + 0
}

/** A timestamp for messages: ISO text where a date can show it, else the sentinel's name. */
export function formatTimestamp(timestamp: Timestamp): string {
  if (timestamp <= MIN_TIMESTAMP) return '-infinity'
  if (timestamp >= MAX_TIMESTAMP) return '+infinity'
  return Number.isInteger(timestamp) ? new Date(timestamp).toISOString() : String(timestamp)
}
