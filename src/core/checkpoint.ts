/**
 * What a checkpoint holds (D10), as the parts that make it hand it to each other: nodes capture their state at a barrier,
 * a runner adds where the sources and sinks stand, and a checkpoint log keeps it.
 */
import type { Json } from './json.ts'
import type { AnyCell, TimerDomain, TimeToLive } from './stateful.ts'

/** One piece of a node's keyed state. Keys are the node's own; values are what valueCoder carries. Undefined: deleted. */
export interface StateEntry {
  readonly key: Uint8Array
  readonly value: unknown
}

/**
 * A node's state at a barrier. It is captured between two steps, and read later, bit by bit, while the node goes on: what
 * the node does after the barrier changes nothing of it.
 */
export interface NodeCapture {
  /** Small state that is saved whole each time: watermarks, counters, holds. */
  readonly head: unknown
  /** True when `entries` are all that there are; false when they are those that changed since the last capture. */
  readonly isWhole: boolean
  /** Each key once. May be iterated once. */
  readonly entries: Iterable<StateEntry>
}

/** A node's state as it is given back: the head of the checkpoint, and every entry that it has as of it, in any order. */
export interface NodeRestore {
  readonly head: unknown
  readonly entries: Iterable<StateEntry>
  /** True where the store holds something else, of an earlier version: what the node captures first is whole. */
  readonly isMigrated?: boolean
}

/** A checkpoint before it is saved. */
export interface CheckpointDraft {
  /** Everything beside the nodes, as a value that valueCoder carries. */
  readonly header: CheckpointHeader
  /** By node path. A node that is not named has lost its state. */
  readonly nodes: ReadonlyMap<string, NodeCapture>
}

/** Where a split is read on from, or that it has ended. */
export type SplitPosition = { readonly at: Json } | 'ended'

/** What a stateful node declared when a checkpoint was taken: its state is found by these names, in whatever order they are. */
export interface DeclaredState {
  /** Fingerprint of what may not change: windows, keys, and what is declared beside cells and timers. */
  readonly rest: string
  /** In the order in which they were declared: saved contents name a cell by its place. */
  readonly cells: readonly DeclaredCell[]
  readonly timers: Readonly<Record<string, TimerDomain>>
}

export interface DeclaredCell {
  readonly name: string
  readonly kind: AnyCell['kind']
  readonly version: number
  /** The coder of its values, or of its accumulator; null for valueCoder. */
  readonly coder: string | null
  /** What its accumulators are of; null where it has none. */
  readonly combine: Json
  readonly ttl: TimeToLive | null
}

/** Where a run stood, beside its nodes. */
export interface CheckpointHeader {
  readonly format: 1
  /** The pipeline's name: a store serves one job. */
  readonly job: string
  readonly plan: {
    /** Fingerprint of the whole plan. */
    readonly fingerprint: string
    /** Fingerprints that decide whether a node's state can be given back, by path. */
    readonly nodes: Readonly<Record<string, string>>
    /** What stateful nodes declared, by path. Left out by versions that did not name cells. */
    readonly states?: Readonly<Record<string, DeclaredState>>
  }
  /**
   * 'running'; 'draining' when nothing more is read, the watermark is at its end and calls are at work; 'ending' when all
   * input is done and sinks are to commit; 'finished' when they have.
   */
  readonly phase: 'running' | 'draining' | 'ending' | 'finished'
  /** Processing time at the barrier, in milliseconds. */
  readonly now: number
  /** Ordinal of the last step before the barrier (R117). */
  readonly ordinal: number
  /** Where each read stands, by its path and the split's id; nothing in phases in which nothing more is read. */
  readonly positions: Readonly<Record<string, Readonly<Record<string, SplitPosition>>>>
  /** Number of the last claim that was made before the barrier; 0, or left out, where there was none. */
  readonly claims?: number
  /** What each exactly-once sink has prepared, by node path. */
  readonly sinks: Readonly<Record<string, unknown>>
  /** The run's counts, for reports. */
  readonly summary: unknown
}

/** A kept checkpoint. Ids rise by one with each checkpoint of a store. */
export interface CheckpointInfo {
  readonly id: number
  /** A savepoint's name; savepoints are kept until they are dropped. */
  readonly name: string | undefined
  readonly header: CheckpointHeader
  /** The steps that have state in it, by path, and how many bytes that takes, parts shared with others included. */
  readonly steps: Readonly<Record<string, number>>
}
