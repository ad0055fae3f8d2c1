/**
 * The primitive nodes of a plan. Every transform is made of these, so that a runner has few things to implement.
 * User functions are a spec's only opaque leaves.
 */
import type { AsyncSpec } from './asyncStep.ts'
import type { CombineFn } from './combine.ts'
import type { PaneInfo } from './pane.ts'
import type { SideInputSpec } from './sideInput.ts'
import type { Sink } from './sink.ts'
import type { Source } from './source.ts'
import type { StatefulSpec } from './stateful.ts'
import type { Timestamp } from './time.ts'
import type { IdlePolicy, WatermarkStrategy } from './watermark.ts'
import type { Window } from './window.ts'

/** What an author's callback may know of its element. Valid only during the call. */
export interface ElementContext<K = unknown> {
  readonly timestamp: Timestamp
  /** Undefined on unkeyed collections. */
  readonly key: K
  /** The window of a pane. Undefined before a grouping, also behind a windowInto: the row is in none of its windows yet. */
  readonly window: Window | undefined
  /** NO_PANE before the first grouping. */
  readonly pane: PaneInfo
  /** True when the element withdraws an earlier one (retracting panes). */
  readonly isRetraction: boolean
}

/** What to do with an element whose callback throws: fail the job, or send it to the `failed` port. */
export type ErrorPolicy = 'fail' | 'output'

/**
 * How a parDo's function is read. The key of a keyed collection stands beside its value, and every form but 'key' and
 * 'unkey' keeps it: 'map' replaces the value, 'filter' keeps or drops the row, 'flatMap' iterates the result (undefined:
 * no rows), 'key' makes the result the key, 'unkey' replaces the value and takes the key away, 'peek' ignores the result.
 */
export type ParDoForm = 'map' | 'filter' | 'flatMap' | 'key' | 'unkey' | 'peek'

/** Called once per run and node (setup, teardown) or around each bundle; each may throw. */
export interface Lifecycle {
  setup?(): void
  startBundle?(): void
  finishBundle?(): void
  teardown?(): void
}

export interface ReadSpec {
  readonly kind: 'read'
  readonly source: Source<unknown>
  /** Absent: the collection is untimed, and all its elements carry MIN_TIMESTAMP. */
  readonly timestamp: ((value: unknown) => Timestamp) | undefined
  readonly watermark: WatermarkStrategy<unknown> | undefined
  readonly idle: IdlePolicy
  /** Records that cannot be decoded or stamped. */
  readonly onError: ErrorPolicy
}

export interface ParDoSpec {
  readonly kind: 'parDo'
  readonly form: ParDoForm
  readonly fn: (value: unknown, context: ElementContext) => unknown
  /** Names of side output ports; a flatMap's function yields `tagged(name, value)` to reach them. */
  readonly sides: readonly string[]
  /** Collections that the function looks into; it is then given a SideContext. Absent: none. */
  readonly sideInputs?: readonly SideInputSpec[]
  readonly onError: ErrorPolicy
  readonly lifecycle?: Lifecycle
  /** False when the function must not be shown withdrawals (R75). Absent: it may, being a function of its element. */
  readonly acceptsRetractions?: boolean
}

/** Gives rows new timestamps; they leave without windows, in the global window, whatever windows they came with. */
export interface TimestampsSpec {
  readonly kind: 'timestamps'
  readonly fn: (value: unknown, context: ElementContext) => Timestamp
  /** With its own estimate a timestamp may move backwards (D15). */
  readonly watermark: WatermarkStrategy<unknown> | undefined
}

/** Assigns windows: the strategy stands on the node's output. */
export interface WindowIntoSpec {
  readonly kind: 'windowInto'
}

/** Groups by key and window and combines; unkeyed groups take all elements of a window as one. */
export interface GroupSpec {
  readonly kind: 'group'
  readonly keyed: boolean
  readonly combine: CombineFn<unknown, unknown, unknown>
}

export interface FlattenSpec {
  readonly kind: 'flatten'
}

export interface PartitionSpec {
  readonly kind: 'partition'
  readonly ways: number
  /** Answers 0 .. ways - 1; output ports are named by these numbers. */
  readonly fn: (value: unknown, context: ElementContext) => number
}

export interface WriteSpec {
  readonly kind: 'write'
  readonly sink: Sink<unknown>
}

export type NodeSpec =
  | ReadSpec
  | ParDoSpec
  | AsyncSpec
  | TimestampsSpec
  | WindowIntoSpec
  | GroupSpec
  | StatefulSpec
  | FlattenSpec
  | PartitionSpec
  | WriteSpec

/** The name of a node's principal output port. */
export const MAIN = 'main'
/** Dropped elements of a grouping, a stateful step or one with side inputs, with reasons. */
export const LATE = 'late'
/** Elements whose callback threw, or records that could not be decoded. */
export const FAILED = 'failed'

const TAG = Symbol.for('tidemark.taggedOutput')

/** A value for a side output. */
export interface TaggedOutput<Tag extends string, T> {
  readonly [TAG]: Tag
  readonly value: T
}

/** Yield this from a flatMap with side outputs to send `value` to the side output `tag`. */
export function tagged<const Tag extends string, T>(tag: Tag, value: T): TaggedOutput<Tag, T> {
  return { [TAG]: tag, value }
}

/** The side output a yielded value is meant for, or undefined for the main output. */
export function tagOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && TAG in value
    ? (value as TaggedOutput<string, unknown>)[TAG]
    : undefined
}

/** A row of a `failed` output: what failed, with the error and the step. */
export interface FailedElement<T> {
  readonly element: T
  readonly step: string
  readonly error: unknown
  /** Where the record stood in its source, when decoding failed. */
  readonly place?: string
}
