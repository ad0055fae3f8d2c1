/** What every runner promises: how a plan is started, watched and ended, and what its summary says. */
import type { AbortSource } from './abort.ts'
import type { DropReason } from './bundle.ts'
import type { CheckpointInfo } from './checkpoint.ts'
import type { Clock } from './clock.ts'
import type { Plan } from './graph.ts'
import type { Timestamp } from './time.ts'

/** Counts of one grouping; they always balance (R116): assigned = placed + dropped + buffered. */
export interface GroupAccounting {
  readonly step: string
  /** (element, window) pairs, or elements for sequence windows. */
  readonly assigned: number
  /** Pairs that are in emitted panes (discarding view). */
  readonly emitted: number
  readonly dropped: Readonly<Record<DropReason, number>>
  /** Elements that only cut a sequence (punctuation 'separates'). */
  readonly separators: number
  /** Pairs accepted and not yet in a pane. */
  readonly buffered: number
  /** Elements accepted when the watermark was already past their window's end. */
  readonly lateAccepted: number
  readonly panes: { readonly early: number; readonly onTime: number; readonly late: number }
  readonly openWindows: number
}

export interface ReadAccounting {
  readonly step: string
  readonly rows: number
  readonly failed: number
  readonly watermark: Timestamp
  /** The highest watermark that came of elements, idleness or the author: the end of the input then moves it to MAX_TIMESTAMP. */
  readonly lastWatermark: Timestamp
  /** The split that holds the watermark, and since when (processing time); undefined when none is behind. */
  readonly heldBy: string | undefined
}

export interface RunSummary {
  readonly reads: readonly ReadAccounting[]
  readonly groups: readonly GroupAccounting[]
  readonly written: Readonly<Record<string, number>>
  readonly failed: Readonly<Record<string, number>>
  readonly watermark: Timestamp
  readonly outcome: 'finished' | 'drained' | 'cancelled' | 'suspended'
}

/** A watermark that has not moved: which input holds it, since when, and what waits for it. */
export interface StallEvent {
  readonly step: string
  readonly heldBy: string
  readonly since: Timestamp
  readonly watermark: Timestamp
  readonly openWindows: number
}

export interface RunOptions {
  /** Stops the run at once when it is aborted: nothing is flushed and nothing committed, and `done` rejects with ABORTED. */
  readonly signal?: AbortSource
  readonly clock?: Clock
  readonly onStall?: (stall: StallEvent) => void
  readonly onProgress?: (progress: RunSummary) => void
}

export interface RunHandle {
  /** Settles when the run has ended. Rejects with a DataflowError when it failed, which is told nowhere else: await it. */
  readonly done: Promise<RunSummary>
  /** Stops at once: nothing is flushed and nothing is committed. With checkpoints, a new run goes on from the last one. */
  cancel(): Promise<RunSummary>
  /** Stops reading, moves the watermark to the end, flushes and commits. */
  drain(): Promise<RunSummary>
  progress(): RunSummary
}

/** A handle of a run with checkpoints. */
export interface CheckpointedRunHandle extends RunHandle {
  /** Takes a checkpoint that is kept under a name until it is dropped; the run goes on. */
  savepoint(name: string): Promise<CheckpointInfo>
  /** Stops with a checkpoint and without moving the watermark: a new run on the store goes on as if nothing had been. */
  suspend(): Promise<RunSummary>
}

export interface Runner<Options extends RunOptions = RunOptions> {
  readonly name: string
  /** What the runner can do; a plan's unmet requirement is refused before anything starts. */
  readonly capabilities: ReadonlySet<Capability>
  run(plan: Plan, options?: Options): RunHandle
}

export type Capability =
  | 'event-time'
  | 'processing-time'
  | 'merging-windows'
  | 'sequence-windows'
  | 'retractions'
  | 'async-calls'
  | 'keyed-state'
  | 'custom-triggers'
  | 'custom-windows'
  | 'multi-input'
  | 'side-inputs'
  | 'unbounded'
