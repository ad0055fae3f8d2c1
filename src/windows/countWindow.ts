import type { SequenceCut, SequencePlace, SequenceWindowFn } from '../core/window.ts'
import { checkChoice, checkCount } from './checkArguments.ts'
import { BEGINS, BEGINS_AND_ENDS, ENDS, JOINS } from './sequenceCuts.ts'
import { type SequenceOrderOptions, sequenceOrder } from './sequenceOrder.ts'

export interface CountWindowOptions<T> extends SequenceOrderOptions<T> {
  /** Elements between the beginnings of two windows; `size` when left out, so that windows lie side by side. */
  readonly every?: number
  /**
   * What becomes of a tail shorter than `size` at the end of input: 'drop' (when left out) counts its elements as
   * `partial`, 'emit' gives them as the last pane.
   */
  readonly partial?: 'emit' | 'drop'
}

/**
 * Windows of `size` elements of a key, in event-time order (R111, R112): window j holds the elements j * every to
 * j * every + size - 1. It is [timestamp of its first element, timestamp of its last + 1), with its number j. Elements
 * between two windows (`every` greater than `size`) are counted as `noWindow`. At the end of input at most one pane is
 * partial: the oldest open window, when it has elements that are in no complete one. Count windows take no trigger and
 * have no late panes. Counts are positive integers; others are refused with INVALID_ARGUMENT.
 *
 * @example countWindow(100)
 * @example countWindow(10, { every: 1, wait: seconds(5) }) // the last ten, at each element
 */
export function countWindow<T = unknown>(
  size: number,
  options: CountWindowOptions<T> = {},
): SequenceWindowFn<T, 'count'> {
  checkCount('countWindow(size): the size', size)
  const every = checkCount('countWindow(size, { every }): every', options.every ?? size)
  const partial = checkChoice('countWindow(size, { partial }): partial', options.partial ?? 'drop', ['emit', 'drop'])
  const ordered = sequenceOrder('countWindow(size)', options)
  const { order, wait } = ordered
  return Object.freeze({
    kind: 'count',
    shape: 'sequence',
    spec: Object.freeze({ kind: 'count', size, every, partial, order, wait, ties: options.compareTies !== undefined }),
    ...ordered,
    atMost: undefined,
    atEnd: partial,
    cut(_value: T, { index }: SequencePlace): SequenceCut {
      const begins = index % every === 0
      const ends = index >= size - 1 && (index - (size - 1)) % every === 0
      return begins ? (ends ? BEGINS_AND_ENDS : BEGINS) : ends ? ENDS : JOINS
    },
  })
}
