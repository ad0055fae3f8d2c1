/**
 * Keyed state and timers of an author's own (R80-R88): what a stateful node declares, and what its callbacks are given.
 * Cells and timer families are declared once per node, as data, so that a runner knows them before anything runs.
 */
import type { Coder } from './coder.ts'
import type { CombineFn } from './combine.ts'
import type { ElementContext, ErrorPolicy } from './node.ts'
import type { Duration, Timestamp } from './time.ts'
import type { Window } from './window.ts'

/**
 * How long a cell keeps what was written: it is empty for whoever reads more than this length after the latest write, in
 * event time or in processing time.
 */
export type TimeToLive = { readonly eventTime: Duration } | { readonly processingTime: Duration }

/** What every cell may declare. V: what it holds one or many of; C: all that it holds, as `migrate` gives it. */
export interface CellOptions<V, C = V> {
  /** How each value is saved; inferred for JSON-like ones. */
  readonly coder?: Coder<V>
  readonly ttl?: TimeToLive
  /** Version of the contents; 1 when left out. It rises when contents that were saved can no longer be used as they are. */
  readonly version?: number
  /**
   * Makes what the cell held at an earlier version into what it holds at this one: called for each key and window with
   * something in the cell, when a run goes on from a checkpoint of that version; once to find what throws before anything
   * but the store is open, and again when the step takes its state over. It is given, and gives, what the kind
   * of the cell has: of `value` the value; of `bag`, `setCell` and `orderedList` the values, or `{ timestamp, value }`, in
   * their order; of `mapCell` pairs `[key, value]`; of `combining` the accumulator. So the kind may change too. A value
   * that was saved by another coder than the cell has now is given as bytes. Contents may be changed and returned.
   */
  readonly migrate?: (contents: unknown, version: number) => C
}

declare const contents: unique symbol

/** One value, edited in place; it is empty while it equals `initial()`, which is plain data and the same each time. */
export interface ValueCell<V> extends CellOptions<V> {
  readonly kind: 'value'
  readonly initial: () => V
}

/** Values in the order in which they were added. */
export interface BagCell<T> extends CellOptions<T, Iterable<T>> {
  readonly kind: 'bag'
  /** For the compiler only. */
  readonly [contents]?: T
}

/** Distinct values, told apart as keys are. */
export interface SetCell<T> extends CellOptions<T, Iterable<T>> {
  readonly kind: 'set'
  /** For the compiler only. */
  readonly [contents]?: T
}

/** Values by name, told apart as keys are. */
export interface MapCell<K, V> extends CellOptions<V, Iterable<readonly [K, V]>> {
  readonly kind: 'map'
  /** For the compiler only. */
  readonly [contents]?: readonly [K, V]
}

/** An accumulator of a combiner. */
export interface CombiningCell<T, O> extends CellOptions<unknown> {
  readonly kind: 'combining'
  readonly combine: CombineFn<T, unknown, O>
}

/** Values with a timestamp each, in the order of (timestamp, encoded value, arrival). */
export interface OrderedListCell<T> extends CellOptions<T, Iterable<ListEntry<T>>> {
  readonly kind: 'orderedList'
  /** For the compiler only. */
  readonly [contents]?: T
}

/** A declared cell, whatever it holds. The `never`s stand where values go in: the compiler has checked them. */
export type AnyCell =
  // biome-ignore lint/suspicious/noExplicitAny: contents go in and come out, and only the author's callbacks know their type.
  | ValueCell<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  | BagCell<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  | SetCell<any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  | MapCell<any, any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  | CombiningCell<any, any>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  | OrderedListCell<any>

/** Values added one by one. They are not to be changed once they are in. */
export interface Bag<T> extends Iterable<T> {
  readonly size: number
  add(value: T): void
  clear(): void
}

/** Iterates in the order of encoded values. */
export interface ValueSet<T> extends Iterable<T> {
  readonly size: number
  add(value: T): void
  has(value: T): boolean
  delete(value: T): void
  clear(): void
}

/** Iterates in the order of encoded keys. Values are replaced, not changed. */
export interface ValueMap<K, V> extends Iterable<readonly [K, V]> {
  readonly size: number
  get(key: K): V | undefined
  has(key: K): boolean
  set(key: K, value: V): void
  delete(key: K): void
  clear(): void
}

export interface Combining<T, O> {
  /** Adds a value at the time of the element or timer at hand. */
  add(value: T): void
  /** The result of what was added; of nothing, when nothing was. */
  get(): O
  clear(): void
}

export interface ListEntry<T> {
  readonly timestamp: Timestamp
  readonly value: T
}

export interface OrderedList<T> extends Iterable<ListEntry<T>> {
  readonly size: number
  /** Adds a value; `timestamp` is that of the element or timer at hand when it is left out. */
  add(value: T, timestamp?: Timestamp): void
  /** The entries with from <= timestamp < to, in order. */
  range(from: Timestamp, to: Timestamp): readonly ListEntry<T>[]
  /** Removes the entries with from <= timestamp < to; all when both are left out. */
  clear(from?: Timestamp, to?: Timestamp): void
}

/** Time in which a family of timers is set. */
export type TimerDomain = 'event' | 'processing'

/** The event-time family that every stateful step has without declaring it. */
export const DEFAULT_TIMERS = 'timer'

/** There is one timer for each key, window, family and tag (R83). */
export interface TimerName<Family extends string = string> {
  /** A declared family; the event-time family 'timer' when left out. */
  readonly family?: Family
  /** Tells timers of one family apart; '' when left out. */
  readonly tag?: string
}

export interface TimerOptions<Family extends string = string> extends TimerName<Family> {
  /**
   * The timestamp of what the callback gives when the timer fires, which holds the watermark until then (R85). Left out:
   * the timer's own time in event time, the current timestamp in processing time. 'none': the same, but nothing is held.
   */
  readonly output?: Timestamp | 'none'
}

/** What sets and clears timers. A step's timers change together with its state, when the callback has returned (R118). */
export interface Timers<Family extends string = string> {
  /** Sets a timer, in place of one with the same name. Throws INVALID_TIMER for an event time past the window's expiry (R82). */
  setTimer(at: Timestamp, options?: TimerOptions<Family>): void
  /**
   * Sets a timer this long from now: from the element's timestamp or the firing timer's time, or in processing time. An
   * event time past the window's expiry becomes the expiry (R82).
   */
  setTimerAfter(offset: Duration, options?: TimerOptions<Family>): void
  /** Takes a timer back, also when it is due. */
  clearTimer(name?: TimerName<Family>): void
}

/** What a stateful callback knows of its element, with the timers. */
export interface StatefulContext<K = unknown, Family extends string = string>
  extends ElementContext<K>,
    Timers<Family> {
  readonly window: Window
}

/** The timer that fires. */
export interface FiredTimer<Family extends string = string> {
  readonly family: Family
  readonly tag: string
  /** The time that it was set to, in its family's domain. */
  readonly at: Timestamp
}

/** What the callback of a timer knows; outputs carry `timestamp`, the timer's output timestamp. */
export interface TimerContext<K = unknown, Family extends string = string> extends Timers<Family> {
  readonly timestamp: Timestamp
  readonly key: K
  readonly window: Window
}

/** What the callback of a window's expiry knows; outputs carry `timestamp`, the window's last millisecond. */
export interface ExpirationContext<K = unknown> {
  readonly timestamp: Timestamp
  readonly key: K
  readonly window: Window
}

/** What a callback answers: values for the main output, or none. */
export type Outputs = Iterable<unknown> | undefined

/** Calls the author's code for each element of a key and window, with the state of that key and window. */
export interface StatefulSpec {
  readonly kind: 'stateful'
  readonly cells: Readonly<Record<string, AnyCell>>
  /** The cell that is the author's whole state; undefined: state is an object with a property for each cell. */
  readonly only: string | undefined
  /** Declared families with their domains, the default one included. */
  readonly timers: Readonly<Record<string, TimerDomain>>
  readonly onElement: (state: never, element: unknown, context: StatefulContext) => Outputs
  readonly onTimer: ((state: never, timer: FiredTimer, context: TimerContext) => Outputs) | undefined
  readonly onWindowExpiration: ((state: never, context: ExpirationContext) => Outputs) | undefined
  readonly onError: ErrorPolicy
  /** True: elements of a key come in event-time order, once the watermark is past them by the allowed lateness (R87). */
  readonly timeSorted: boolean
  readonly acceptsRetractions: boolean
}
