import { DataflowError, showValue } from '../core/errors.ts'
import type { Duration } from '../core/time.ts'
import type { IdlePolicy } from '../core/watermark.ts'

/**
 * A split that brought nothing for `quiet` milliseconds of processing time no longer holds the watermark back; it
 * rejoins when its own watermark has caught up (R38, R115).
 *
 *     read(clicks, { timestamp: (c) => c.at, watermark: monotonous(), idle: after(seconds(30)) })
 *
 * Throws INVALID_ARGUMENT when `quiet` is not a whole number of milliseconds > 0.
 */
export function after(quiet: Duration): IdlePolicy {
  if (!Number.isSafeInteger(quiet) || quiet <= 0) {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `after(${showValue(quiet)}): the quiet time must be a whole number of milliseconds > 0.`,
      remedy: 'Pass a duration such as seconds(30), or use neverIdle().',
    })
  }
  return { kind: 'after', quiet }
}

/** A quiet split holds the watermark for as long as it is quiet: nothing of it can ever be called late (R115). */
export function neverIdle(): IdlePolicy {
  return { kind: 'never' }
}
