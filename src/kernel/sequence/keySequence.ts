/** What is remembered of one key whose elements are cut into windows. Plain data but for the accumulators. */
import type { Bundle } from '../../core/bundle.ts'
import { NO_PANE, type PaneInfo } from '../../core/pane.ts'
import type { Timestamp } from '../../core/time.ts'
import type { SlotOwner } from '../group/keySlots.ts'

/** An element as it waits for its place. */
export interface SequenceElement {
  readonly value: unknown
  readonly timestamp: Timestamp
  /** Its own key, which an unkeyed grouping does not group by. */
  readonly key: unknown
  readonly pane: PaneInfo
}

export function elementOf({ values, timestamps, keys, panes }: Bundle, row: number): SequenceElement {
  return {
    value: values[row],
    timestamp: timestamps[row] as number,
    key: keys?.[row],
    pane: panes?.[row] ?? NO_PANE,
  }
}

/** A window that has begun and not ended. */
export interface OpenWindow {
  /** Number of the window among those of its key: part of its identity. */
  readonly ordinal: number
  /** Number among the windows of all keys, the last tie of D9. */
  readonly created: number
  /** How many elements of the key had joined windows before its first. */
  readonly begins: number
  /** The timestamp of its first element, from which `atMost` counts. */
  readonly first: Timestamp
  /** Smallest and greatest timestamp so far: they differ from first and last in order of arrival only. */
  earliest: Timestamp
  latest: Timestamp
  accumulator: unknown
}

/** The elements of one key at one timestamp that wait for their place, in order of arrival. */
export interface KeyElements {
  readonly sequence: KeySequence
  readonly elements: SequenceElement[]
}

export interface KeySequence extends SlotOwner {
  readonly key: unknown
  /** Number of the key among all, by its first element: keys take turns in this order within one timestamp. */
  readonly created: number
  /** Elements that have taken their place, separators included. */
  taken: number
  /** Elements that have joined a window. */
  joined: number
  /** How many of those, from the first, are in windows that have ended. */
  placed: number
  /** Windows begun so far. */
  begun: number
  /** Oldest first. */
  open: OpenWindow[]
  /** The last timestamp inside the bound of the oldest window; Infinity for none. Follows from `open`. */
  boundAt: Timestamp
  /** Elements joined and not placed, kept only where the end of input may drop them. Cleared when a window ends. */
  tail: SequenceElement[]
  /** Elements that wait, by timestamp. */
  readonly waiting: KeyElements[]
}

export function newKeySequence(key: unknown, created: number): KeySequence {
  return {
    key,
    created,
    taken: 0,
    joined: 0,
    placed: 0,
    begun: 0,
    open: [],
    boundAt: Number.POSITIVE_INFINITY,
    tail: [],
    waiting: [],
    slot: -1,
  }
}
