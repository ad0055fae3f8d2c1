/**
 * Aggregation: create, add, merge, extract. Combines are commutative and associative in their results, whatever the
 * order of adds and the shape of the merge tree; order-sensitive ones (first, last, toList) order by (timestamp, encoded value).
 */
import type { Coder } from './coder.ts'
import type { JsonObject } from './json.ts'
import type { Timestamp } from './time.ts'

/** T in, A inside, O out. Accumulators may be changed in place by `add` and `merge`, which return the one to keep. */
export interface CombineFn<in T, A, out O> {
  /** Kind and parameters as data, for plans and fingerprints. */
  readonly spec: JsonObject
  create(): A
  add(accumulator: A, value: T, timestamp: Timestamp): A
  /** May change and return `into`; leaves `from` unusable. */
  merge(into: A, from: A): A
  /** Pure: may be called many times between adds. */
  extract(accumulator: A): O
  /**
   * Takes back one earlier `add` of an equal value, exactly. Without it the engine keeps a multiset of the values
   * where retractions arrive.
   */
  remove?(accumulator: A, value: T, timestamp: Timestamp): A
  /** A deep copy that shares nothing with the original. */
  copy(accumulator: A): A
  /** Accumulators in snapshots; without one they must be JSON-like. */
  readonly accumulatorCoder?: Coder<A>
  /** A columnar accumulator table with equal results, for speed. */
  column?(): AccumulatorColumn<T, A, O>
}

/** Accumulators of many keys side by side, addressed by slot. Results equal those of the CombineFn, bit for bit. */
export interface AccumulatorColumn<in T, A, out O> {
  /** Makes room for `slots` slots; new slots are empty accumulators. */
  grow(slots: number): void
  /** Adds values[i] to slots[i] for i in [from, to). */
  addMany(slots: Int32Array, values: readonly T[], timestamps: Float64Array, from: number, to: number): void
  extract(slot: number): O
  /** Empties one slot. */
  reset(slot: number): void
  /** Empties slots [0, count), so that the column can serve another window. */
  clear(count: number): void
  /** The slot as the CombineFn's accumulator, sharing nothing. */
  save(slot: number): A
  /** Overwrites a slot with an accumulator. */
  load(slot: number, accumulator: A): void
  /**
   * The accumulators of `slots[from]` to `slots[to - 1]` as data that shares nothing with them; what checkpoints hold. With
   * `loadMany`; where they are left out, `save` and `load` are called for each slot.
   */
  saveMany?(slots: readonly number[], from: number, to: number): SavedColumn
  /** Overwrites `slots[from]` to `slots[to - 1]` with what `saveMany` gave for as many. */
  loadMany?(slots: readonly number[], from: number, to: number, saved: SavedColumn): void
}

/** Several values side by side: one of valueCoder's for each, or such columns by the names of their fields. */
export type SavedColumn = readonly unknown[] | SavedColumns

export interface SavedColumns {
  readonly [field: string]: SavedColumn
}

/** A combiner as authors meet it in `aggregate({ name: combiner })`: any CombineFn. */
export type Combiner<T, O> = CombineFn<T, unknown, O>
