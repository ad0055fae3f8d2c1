import { showValue } from '../core/errors.ts'
import type { Duration, Timestamp } from '../core/time.ts'
import type { MergingWindowFn, Window, WindowMerge } from '../core/window.ts'
import { checkChoice, checkDuration, LONGEST_DURATION } from './checkArguments.ts'
import { windowBetween } from './gridWindows.ts'
import { mergeOverlapping, type Touching } from './mergeOverlapping.ts'

export interface SessionOptions {
  /**
   * What becomes of two elements that are exactly one gap apart: 'apart' keeps two sessions, as Beam does; 'merge'
   * joins them, as Flink does. 'apart' when left out (R14).
   */
  readonly touching?: Touching
}

/**
 * Sessions: the elements of one key with pauses shorter than `gap` between them (R14, R15). Each element begins as
 * [timestamp, timestamp + gap); windows that overlap become one, whatever the order of arrival. `gap` is a positive
 * integer of milliseconds, or a function that computes one from the element; a wrong length is refused with
 * INVALID_ARGUMENT, a wrong computed one with INVALID_WINDOW and the element.
 *
 * @example session(minutes(30))
 * @example session((click: Click) => (click.isMobile ? minutes(5) : minutes(30)), { touching: 'merge' })
 */
export function session(gap: Duration, options?: SessionOptions): MergingWindowFn<unknown, 'session'>
export function session<T>(gap: (value: T) => Duration, options?: SessionOptions): MergingWindowFn<T, 'session'>
export function session<T>(
  gap: Duration | ((value: T) => Duration),
  options: SessionOptions = {},
): MergingWindowFn<T, 'session'> {
  const touching = checkChoice('session(gap, { touching }): touching', options.touching ?? 'apart', ['apart', 'merge'])
  const gapOf = typeof gap === 'function' ? checkedGap(gap) : fixedGap(gap)
  const reach = touching === 'merge' ? 1 : 0
  return Object.freeze({
    kind: 'session',
    shape: 'merging',
    spec: Object.freeze({ kind: 'session', gap: typeof gap === 'function' ? 'computed' : gap, touching }),
    assign: (timestamp: Timestamp, value: T): Window => windowBetween(timestamp, timestamp + gapOf(value)),
    merge: (windows: readonly Window[]): readonly WindowMerge[] => mergeOverlapping(windows, touching),
    joins: (a: Window, b: Window): boolean => a.start < b.end + reach && b.start < a.end + reach,
  })
}

function fixedGap(gap: Duration): () => Duration {
  checkDuration('session(gap): the gap', gap)
  return () => gap
}

function checkedGap<T>(gap: (value: T) => Duration): (value: T) => Duration {
  return (value) => {
    const length = gap(value)
    if (Number.isInteger(length) && length > 0 && length <= LONGEST_DURATION) return length
    return checkDuration(`session(gap): the gap computed for ${showValue(value)}`, length, 1, 'INVALID_WINDOW')
  }
}
