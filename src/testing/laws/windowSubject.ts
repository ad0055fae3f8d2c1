/** What a window law kit is given: a window function, and elements and timestamps to try it with. */
import fc from 'fast-check'
import { type Duration, GLOBAL_MAX, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { AlignedWindowFn, MergingWindowFn, WindowFn } from '../../core/window.ts'

/** A window function under test, with what it can be given. */
export interface WindowSubject<T, F extends WindowFn<T> = WindowFn<T>> {
  readonly windowFn: F
  /** Random cases for each law; 100 when left out. */
  readonly runs?: number
  /** Elements; `undefined` when left out. */
  readonly values?: fc.Arbitrary<T>
  /** Timestamps; the integers from -30 to 60 when left out. Bounds of windows and the ends of time are always added. */
  readonly timestamps?: fc.Arbitrary<Timestamp>
  /**
   * Aligned windows: moving a timestamp by this moves its windows by as much (P17). The period of the grid when left
   * out, if there is a grid.
   */
  readonly shift?: Duration
  /**
   * Aligned windows: whether a window takes every timestamp that lies in it, whichever element it was first assigned
   * for. True when left out; false for windows that begin at their element.
   */
  readonly isComplete?: boolean
  /** Merging windows: whether windows that stay unmerged may overlap. False when left out. */
  readonly mayOverlap?: boolean
}

/** The elements of a subject: arbitrary ones where it says nothing. */
export function valuesOf<T>(subject: WindowSubject<T>): fc.Arbitrary<T> {
  // Without values the elements are undefined: a window function that looks at its elements needs values.
  return subject.values ?? (fc.constant(undefined) as fc.Arbitrary<never>)
}

/** Timestamps around zero, small enough that windows collide. */
export function timestampsOf<T>(subject: WindowSubject<T>): fc.Arbitrary<Timestamp> {
  return subject.timestamps ?? fc.integer({ min: -30, max: 60 })
}

/** Timestamps that an element may carry: those of the subject, at the bounds of their windows, and at the ends of time. */
export function boundaryTimestamps<T>(
  subject: WindowSubject<T, AlignedWindowFn<T> | MergingWindowFn<T>>,
): fc.Arbitrary<Timestamp> {
  const timestamps = timestampsOf(subject)
  const atBounds = fc
    .tuple(timestamps, valuesOf(subject), fc.nat(), fc.constantFrom(-1, 0, 1))
    .map(([timestamp, value, pick, step]) => {
      const bounds = [subject.windowFn.assign(timestamp, value)].flat().flatMap(({ start, end }) => [start, end])
      return (bounds[pick % bounds.length] ?? timestamp) + step
    })
  const atEnds = fc
    .tuple(fc.constantFrom(MIN_TIMESTAMP, GLOBAL_MAX), fc.integer({ min: -20, max: 20 }))
    .map(([end, step]) => end + step)
  return fc
    .oneof({ weight: 3, arbitrary: timestamps }, { weight: 3, arbitrary: atBounds }, { weight: 1, arbitrary: atEnds })
    .map((timestamp) => Math.min(Math.max(timestamp, MIN_TIMESTAMP), GLOBAL_MAX))
}
