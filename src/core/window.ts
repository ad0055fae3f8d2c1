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

/** A regular grid of windows: [offset + i * period, offset + i * period + size) for every integer i. */
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
}

/** One element of a key's ordered sequence, as a cutter sees it. */
export interface SequenceElement<T> {
  readonly timestamp: Timestamp
  readonly value: T
}

/** A window cut from a sequence: its elements are [from, to) of the cutter's buffer. */
export interface SequenceCut {
  readonly window: Window
  /** Offsets into the buffer that the cutter was shown; elements before `keepFrom` are never needed again. */
  readonly from: number
  readonly to: number
  /** True when a bound (`atMost`) closed the window instead of its marker (R113). */
  readonly bounded: boolean
  /** True when the end of input closed it. */
  readonly partial: boolean
}

/** What a cutter answers: windows completed by the element, and how much of the buffer it still needs. */
export interface CutResult {
  readonly cuts: readonly SequenceCut[]
  /** Elements of the buffer before this offset are in no later window. */
  readonly keepFrom: number
  /** Elements that end in no window: separators and dropped tails, counted apart. */
  readonly separators: number
  readonly partial: number
}

/**
 * Cuts one key's final, ordered sequence into windows (R111-R113). The buffer holds the elements not yet
 * released, oldest first; `state` is the cutter's own plain data (ordinals, offsets) and is replaced, never mutated.
 */
export interface SequenceCutter<T, S extends JsonObject = JsonObject> {
  create(): S
  /** The newest element is the buffer's last. */
  onElement(state: S, buffer: readonly SequenceElement<T>[]): CutResult & { readonly state: S }
  /** A marker of another key cuts this one at `timestamp` (scope 'all'). */
  onForeignMarker(
    state: S,
    buffer: readonly SequenceElement<T>[],
    timestamp: Timestamp,
  ): CutResult & { readonly state: S }
  /** The timestamp at which a bound closes the open window, or Infinity. */
  boundAt(state: S, buffer: readonly SequenceElement<T>[]): Timestamp
  onBound(state: S, buffer: readonly SequenceElement<T>[]): CutResult & { readonly state: S }
  /** End of input; `watermark` is the output watermark before the end. */
  onEnd(state: S, buffer: readonly SequenceElement<T>[], watermark: Timestamp): CutResult & { readonly state: S }
}

/** Windows cut from a key's ordered elements: count and punctuation. They take no trigger and have no late panes. */
export interface SequenceWindowFn<T, Kind extends string = string> extends WindowFnCommon<Kind> {
  readonly shape: 'sequence'
  /** 'event-time': elements wait until final (R111); 'arrival': at once, and the result depends on arrival. */
  readonly order: 'event-time' | 'arrival'
  /** How far the watermark must pass an element before its place is final. */
  readonly wait: Duration
  /** Breaks ties among equal timestamps, before the encoded value does. */
  compareTies?(a: T, b: T): number
  /** True when this element's marker cuts every key (punctuation with scope 'all'). */
  isBroadcastMarker(value: T): boolean
  readonly cutter: SequenceCutter<T>
}

export type WindowFn<T, Kind extends string = string> =
  | AlignedWindowFn<T, Kind>
  | MergingWindowFn<T, Kind>
  | SequenceWindowFn<T, Kind>
