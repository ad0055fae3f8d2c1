/**
 * What travels on an edge. A bundle is a struct of arrays and stands for the sequence
 * W(w0) e0 W(w1) e1 ... W(wn): watermark moves carry their place between the elements, so that lateness and firing
 * never depend on where bundles are cut (R25, R110).
 */
import type { PaneInfo } from './pane.ts'
import type { Timestamp } from './time.ts'
import type { Window } from './window.ts'

/**
 * Watermark moves inside a bundle, in order. Move i takes effect before the element at offset `at[i]` (which may be
 * the bundle's length) and raises the watermark to `watermark[i]`. `ordinal[i]` is its step in the log (R117).
 */
export interface WatermarkMoves {
  length: number
  at: number[]
  watermark: number[]
  ordinal: number[]
}

/**
 * Columns are valid only during the call that delivers the bundle: who keeps a column copies it.
 * Optional columns are null where they do not vary.
 */
export interface Bundle {
  readonly kind: 'bundle'
  length: number
  values: unknown[]
  timestamps: Float64Array
  /** Null on unkeyed edges. */
  keys: unknown[] | null
  /** The window that a grouping gave or refused each row for; null where no row has been through one. */
  windows: (Window | undefined)[] | null
  /**
   * The windows that a grouping is to put each row into, in the order of D9; null, or undefined for a row, where the grouping
   * assigns them itself.
   */
  assigned: (readonly Window[] | undefined)[] | null
  /** Null when no row went through a grouping. */
  panes: PaneInfo[] | null
  /** 1 where the row withdraws an earlier addition; null when no row does. */
  retractions: Uint8Array | null
  /** Step of each row in the log; null in plans without multi-input nodes. */
  ordinals: Float64Array | null
  readonly moves: WatermarkMoves
  /** True when triggers look at the rows together, once, after the last (D3): the test stream's atomic bundle. */
  atomic: boolean
}

/** The edge has no input to wait for (idle) or has again (active); idle edges leave the minimum (R38). */
export interface IdleSignal {
  readonly kind: 'idle' | 'active'
  readonly ordinal: number
}

export type Signal = Bundle | IdleSignal

/** One row with everything that an edge knows of it. */
export interface Row {
  readonly value: unknown
  readonly timestamp: Timestamp
  readonly key: unknown
  readonly window: Window | undefined
  readonly pane: PaneInfo | undefined
  readonly retraction: boolean
}

/** Why a row is in a `late` output (D11). */
export type DropReason = 'late' | 'closed' | 'noWindow' | 'order' | 'partial'

export const DROP_REASONS: readonly DropReason[] = ['late', 'closed', 'noWindow', 'order', 'partial']

/** A row of a `late` output: the dropped element, the window that refused it (none for noWindow), and why. */
export interface DroppedElement<T> {
  readonly element: T
  readonly window: Window | undefined
  readonly reason: DropReason
}
