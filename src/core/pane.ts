/** What a pane says of its place among the panes of its (key, window). */
import type { Window } from './window.ts'

/** UNKNOWN: the element never went through a grouping. */
export type PaneTiming = 'EARLY' | 'ON_TIME' | 'LATE' | 'UNKNOWN'

export interface PaneInfo {
  readonly timing: PaneTiming
  /** 0, 1, 2, ... over the emitted panes of one (key, window) (R69). */
  readonly index: number
  /** -1 for EARLY panes, else 0, 1, ... from the first pane that is not EARLY. */
  readonly nonSpeculativeIndex: number
  readonly isFirst: boolean
  /** No further pane can follow. */
  readonly isLast: boolean
  /** Merging windows only (R62): how this pane's window came to be. */
  readonly merging?: PaneLineage
  /** Sequence windows only: what completed the window. */
  readonly completedBy?: 'sequence' | 'bound' | 'end'
}

export interface PaneLineage {
  /** Creation ordinal of the oldest merged part. */
  readonly lineage: number
  /** Panes and merges so far in the lineage. */
  readonly revision: number
  /** Windows merged away since the last pane of this lineage. */
  readonly replaces: readonly Window[]
}

/** The pane of an element that never went through a grouping. */
export const NO_PANE: PaneInfo = Object.freeze({
  timing: 'UNKNOWN',
  index: 0,
  nonSpeculativeIndex: 0,
  isFirst: true,
  isLast: true,
})
