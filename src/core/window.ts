/**
 * Windows are half-open intervals of event time, and window functions are values: a plain,
 * serialisable `spec` beside the behaviour, so that a runner can use either. Three shapes exist.
 * Aligned windows are assigned to an element alone and never change; merging windows of one key
 * grow together; sequence windows are cut from a key's ordered elements.
 */
import type { JsonObject } from './json.ts'
import { type Duration, GLOBAL_MAX, MIN_TIMESTAMP, type Timestamp } from './time.ts'

/** [start, end) in event time. Sequence windows also carry their ordinal, as part of their identity. */
export interface Window {
  readonly start: Timestamp
  readonly end: Timestamp
  readonly ordinal?: number
}

/** The last millisecond of a window: the timestamp of its on-time result (R10). */
export function maxTimestamp(window: Window): Timestamp {
  return window.end - 1
}

/** The one window of the global window function (R17). */
export const GLOBAL_WINDOW: Window = Object.freeze({ start: MIN_TIMESTAMP, end: GLOBAL_MAX + 1 })

/** When the state of a window is deleted: once the watermark is past this timestamp (R73). */
export function expiryOf(window: Window, allowedLateness: Duration): Timestamp {
  return Math.min(window.end - 1 + allowedLateness, GLOBAL_MAX)
}

/** The identity of a window as text: equal windows give equal text. */
export function windowId(window: Window): string {
  return window.ordinal === undefined
    ? `${window.start}:${window.end}`
    : `${window.start}:${window.end}:${window.ordinal}`
}

/** The order of windows in all logs and firings: by max timestamp, then start, then ordinal (D9). */
export function compareWindows(a: Window, b: Window): number {
  return a.end - b.end || a.start - b.start || (a.ordinal ?? 0) - (b.ordinal ?? 0)
}

interface WindowFnCommon<Kind extends string> {
  /** The field's name of the window function: 'tumbling', 'session', ... */
  readonly kind: Kind
  /** Kind and parameters as data, for plans, fingerprints and other runners. */
  readonly spec: JsonObject
}

/**
 * A regular grid of windows: [offset + i * period, offset + i * period + size) for every integer i, with 0 <= offset <
 * period. Where such a window reaches past the global window it is cut there, at both ends (R12).
 */
export interface WindowGrid {
  readonly size: Duration
  readonly period: Duration
  readonly offset: Duration
}

/** Windows that depend on one element alone: tumbling, sliding, calendar, global, custom. */
export interface AlignedWindowFn<T, Kind extends string = string> extends WindowFnCommon<Kind> {
  readonly shape: 'aligned'
  /**
   * Every window of an element, in ascending order of start; none is legal and is counted as `noWindow`.
   * Every window must contain the timestamp.
   */
  assign(timestamp: Timestamp, value: T): readonly Window[]
  /** Present when the windows form a regular grid, which then agrees with `assign`; lets a runner use arithmetic. */
  readonly grid?: WindowGrid
}

/** One result of a merge: `parts` (at least two of the windows given) become `result`, which spans them. */
export interface WindowMerge {
  readonly parts: readonly Window[]
  readonly result: Window
}

/** Windows of one key that grow together: sessions and custom merging windows. */
export interface MergingWindowFn<T, Kind extends string = string> extends WindowFnCommon<Kind> {
  readonly shape: 'merging'
  /** The window an element starts with. It must contain the timestamp. */
  assign(timestamp: Timestamp, value: T): Window
  /**
   * Which of a key's windows become one. `windows` are distinct and sorted by (start, end). Each window may
   * be part of one merge at most; results may only grow (R16) and must not depend on the order of arrival (R15).
   */
  merge(windows: readonly Window[]): readonly WindowMerge[]
  /**
   * Present when two windows merge exactly where they join, directly or through others, and always into their span: a
   * runner may then look at an element's neighbours alone. Agrees with `merge`.
   */
  joins?(a: Window, b: Window): boolean
}

/** Where an element stands among the elements of its key. The engine reuses one object: it must not be kept. */
export interface SequencePlace {
  /** Elements of the key that came before it in its order, separators included. */
  readonly index: number
  /** Open windows of the key. */
  readonly openWindows: number
  /** Elements in the oldest open window; 0 when none is open. */
  readonly oldestSize: number
}

/**
 * What an element does to the open windows of its key, in this order. Windows end oldest first; those that end are
 * stamped by the element. An element that joins while no window is open falls into a hole and is counted as `noWindow`.
 */
export interface SequenceCut {
  /** How many open windows end before the element takes its place, without it. */
  readonly endsBefore: number
  /** True when a window begins with the element. */
  readonly begins: boolean
  /** True when the element joins every open window; false for a separator, which is in none. */
  readonly joins: boolean
  /** How many open windows end after the element. */
  readonly endsAfter: number
  /** What ended the windows of `endsAfter`: the sequence itself, or a bound that stands in for a missing marker. */
  readonly endsAfterBy: 'sequence' | 'bound'
}

/** Markers that end the open windows of all other keys, too (punctuation with scope 'all'). */
export interface SequenceBroadcast<T> {
  isMarker(value: T): boolean
  /** Whether another key's window ends before the elements of the marker's timestamp, or after them (R113). */
  readonly side: 'before' | 'after'
}

/**
 * Windows cut from a key's ordered elements: count and punctuation (R111-R113). They take no trigger and have no late
 * panes. The engine keeps the open windows; a window is [timestamp of its first element, stamp + 1) with its ordinal.
 */
export interface SequenceWindowFn<T, Kind extends string = string> extends WindowFnCommon<Kind> {
  readonly shape: 'sequence'
  /** 'event-time': elements wait until final (R111); 'arrival': at once, and the result depends on arrival. */
  readonly order: 'event-time' | 'arrival'
  /** How far the watermark must pass an element before its place is final. */
  readonly wait: Duration
  /** Breaks ties among equal timestamps, before the encoded value does. */
  compareTies?(a: T, b: T): number
  /** What the next element of a key's order does to the windows of that key. Pure. */
  cut(value: T, place: SequencePlace): SequenceCut
  readonly broadcast?: SequenceBroadcast<T>
  /** A window ends at the latest this long after its first element: the bound itself is outside. */
  readonly atMost: Duration | undefined
  /** What becomes of the oldest open window at the end of input: its pane, or elements dropped as `partial`. */
  readonly atEnd: 'emit' | 'drop'
}

export type WindowFn<T, Kind extends string = string> =
  | AlignedWindowFn<T, Kind>
  | MergingWindowFn<T, Kind>
  | SequenceWindowFn<T, Kind>
