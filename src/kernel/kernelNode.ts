/**
 * A kernel node is a plain push object: signals in, signals out through its outlets, no RxJS, no clock of its own.
 * The same objects run under the local runner, in workers and in the test harness.
 *
 * Duties of the caller: signals of one input arrive in order and never re-enter a node that is still pushing; a bundle's
 * columns stay untouched until `push` returns; `settle` is called in topological order after each synchronous region.
 * Duties of the node: everything that a signal causes is sent before `push` returns (except what waits for `settle`);
 * columns of a received bundle are copied if they are kept.
 */
import type { Signal } from '../core/bundle.ts'
import type { NodeCapture, NodeRestore } from '../core/checkpoint.ts'
import type { CollectionInfo } from '../core/graph.ts'
import type { GroupAccounting } from '../core/runner.ts'
import type { Timestamp } from '../core/time.ts'
import type { OpenOverflow } from './stateful/overflow.ts'

export interface KernelNode {
  readonly path: string
  push(input: number, signal: Signal): void
  /** Nodes with several inputs hold rows until the region has reported, then take them by (ordinal, input) (R117). */
  settle?(): void
  /** The smallest processing time at which the node wants `onClock`; Infinity for none. */
  nextDeadline?(): Timestamp
  /** The smallest input watermark above `after` at which the node may do something of itself; Infinity for none. */
  nextDue?(after: Timestamp): Timestamp
  /** Processing time reached `now`; called for each deadline in turn. */
  onClock?(now: Timestamp, ordinal: number): void
  /** Everything that the node must remember, as a value that the value coder can encode; shares nothing that changes later. */
  snapshot?(): unknown
  restore?(snapshot: unknown): void
  /** For nodes with the state of many keys: the same state in pieces, so that only what changed is saved (see NodeCapture). */
  capture?(): NodeCapture
  /** The counterpart of `capture`, on a fresh node. */
  resume?(state: NodeRestore): void
  accounting?(): GroupAccounting
  /** Rows that left through the `failed` port or were counted instead of it. */
  failures?(): number
  setup?(): void
  teardown?(): void
}

/** What all nodes of one run share: set by the runner before each step, read by the kernel. */
export interface RunContext {
  /** Processing time of the current step. */
  now: Timestamp
  /** Ordinal of the last step given out. */
  ordinal: number
  /** False in plans without multi-input nodes: rows then carry no ordinals. */
  readonly usesOrdinals: boolean
  /** Where the state of keys goes that memory has no room for; set before the first step, where there is such a place. */
  openOverflow?: OpenOverflow
  /** Set in plans with multi-input nodes, where the order of what branches do at one watermark can be told (R64). */
  meetings?: Meetings
}

/**
 * How a read lets the watermark pass every millisecond through the whole plan where branches meet again: it cuts its
 * bundle before a move that reaches the next due time of any node, and goes there first.
 */
export interface Meetings {
  /** The smallest watermark above `after` at which any node may do something of itself; Infinity for none. */
  nextDue(after: Timestamp): Timestamp
  /** Lets multi-input nodes take what has been sent so far. */
  settle(): void
  /** True when rows may make something due before their own timestamps, so that every move must cut. */
  readonly cutsAlways: boolean
}

/** Which optional columns the rows of an edge have. Known from the plan, so no node has to ask per row. */
export interface EdgeShape {
  readonly keyed: boolean
  readonly windowed: boolean
  /** Rows are to be grouped by the window that they carry, not by one that the strategy assigns. */
  readonly placed: boolean
  /** Rows carry the windows that the next grouping puts them into (Bundle.assigned). */
  readonly assigned: boolean
  readonly paned: boolean
  readonly retracting: boolean
  readonly ordinals: boolean
}

/** One output port of a node as the kernel needs it. */
export interface PortSpec {
  readonly info: CollectionInfo
  readonly shape: EdgeShape
  /** Where signals of the port go; undefined when nothing reads it. */
  readonly send: ((signal: Signal) => void) | undefined
}
