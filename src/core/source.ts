/**
 * Sources are pulled. A source names its splits; each split is read through a reader that remembers its place as a
 * JSON position, so that a run can resume from a checkpoint.
 */
import type { Json } from './json.ts'

/** One independently read part of a source: a file, a partition, a row group. */
export interface SourceSplit {
  /** Unique and stable within the source. */
  readonly id: string
  /** What to read, as data. */
  readonly restriction: Json
}

/** What a read brings: values, and whether more will come. A bad record is brought as an error beside its raw text. */
export interface ReadResult<T> {
  readonly values: readonly T[]
  /** 'more': ask again; 'wait': nothing now, ask again after `ready`; 'end': the split is finished. */
  readonly status: 'more' | 'wait' | 'end'
  /** Settles when a waiting reader has something again. Needed with status 'wait'. */
  readonly ready?: Promise<void>
  /** Records that could not be decoded, by the offset in `values` before which they stood. */
  readonly failures?: readonly ReadFailure[]
}

export interface ReadFailure {
  readonly at: number
  /** What was read, as text where possible. */
  readonly raw: unknown
  /** Where: line or row number and file, for the message. */
  readonly place: string
  readonly error: unknown
}

/** Reads one split. A runner never calls a method while an earlier call has not settled. */
export interface SplitReader<T> {
  /** At most `limit` values. */
  read(limit: number): ReadResult<T> | Promise<ReadResult<T>>
  /** The place after everything that `read` has returned; `open` with it continues from there. */
  position(): Json
  close(): void | Promise<void>
}

export interface Source<T> {
  /** Kind and parameters as data, for plans and fingerprints. */
  readonly spec: { readonly kind: string; readonly [field: string]: Json }
  readonly bounded: boolean
  /** False for live sources, which cannot be read twice; their runs can be recorded. */
  readonly replayable: boolean
  /** Known rows in all, for progress; undefined when unknown. */
  readonly size?: () => number | undefined | Promise<number | undefined>
  splits(): readonly SourceSplit[] | Promise<readonly SourceSplit[]>
  open(split: SourceSplit, position: Json | undefined): SplitReader<T> | Promise<SplitReader<T>>
}

/** A source that ends. */
export interface BoundedSource<T> extends Source<T> {
  readonly bounded: true
}

/** A source that may never end: its read must declare what a quiet split means (R115). */
export interface UnboundedSource<T> extends Source<T> {
  readonly bounded: false
}
