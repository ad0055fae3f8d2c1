import { DataflowError } from '../core/errors.ts'
import type { Duration } from '../core/time.ts'
import { checkChoice, checkDuration } from './checkArguments.ts'

/** In which order a key's elements are cut into windows, and when an element's place in it is final (R111). */
export interface SequenceOrderOptions<T> {
  /**
   * 'event-time' (when left out): by timestamp, then `compareTies`, then encoded value; an element waits until the
   * watermark has passed it. 'arrival': at once, as elements come; results then depend on arrival.
   */
  readonly order?: 'event-time' | 'arrival'
  /**
   * How far the watermark must pass an element before its place is final (ms, default 0): longer waits drop fewer
   * elements and give later results. Apart from allowed lateness, which these windows do not have.
   */
  readonly wait?: Duration
  /** Orders elements of one timestamp, before their encoded values do. */
  readonly compareTies?: (a: T, b: T) => number
}

/** The checked order of a sequence window, with what of it is data. */
export interface SequenceOrder<T> {
  readonly order: 'event-time' | 'arrival'
  readonly wait: Duration
  readonly compareTies?: (a: T, b: T) => number
}

/** Throws INVALID_ARGUMENT for a wrong wait, and for `wait` or `compareTies` with an order that ignores them. */
export function sequenceOrder<T>(what: string, options: SequenceOrderOptions<T>): SequenceOrder<T> {
  const order = checkChoice(`${what}: order`, options.order ?? 'event-time', ['event-time', 'arrival'])
  const wait = checkDuration(`${what}: wait`, options.wait ?? 0, 0)
  if (order === 'arrival' && (wait > 0 || options.compareTies !== undefined)) {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `${what}: ${wait > 0 ? 'wait' : 'compareTies'} says how to sort, but order is 'arrival'.`,
      remedy: "Leave it out, or use order 'event-time'.",
    })
  }
  return options.compareTies === undefined ? { order, wait } : { order, wait, compareTies: options.compareTies }
}
