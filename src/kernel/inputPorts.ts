/**
 * The input ports of a node that reads several edges. What one synchronous region delivers is held until all ports have
 * reported, then taken by (ordinal, port), so that a diamond gives the same rows for every bundle size (R117).
 */
import type { Bundle, Signal } from '../core/bundle.ts'
import { NO_PANE, type PaneInfo } from '../core/pane.ts'
import type { Timestamp } from '../core/time.ts'
import type { Window } from '../core/window.ts'
import { walkBundle } from './walkBundle.ts'

/** A row that outlives the bundle that brought it. */
export interface PortRow {
  readonly kind: 'row'
  readonly ordinal: number
  readonly port: number
  readonly value: unknown
  readonly timestamp: Timestamp
  readonly key: unknown
  readonly window: Window | undefined
  readonly assigned: readonly Window[] | undefined
  readonly pane: PaneInfo
  readonly isRetraction: boolean
  /** True for rows that triggers look at together with their neighbours (D3). */
  readonly isAtomic: boolean
}

export interface PortMove {
  readonly kind: 'move'
  readonly ordinal: number
  readonly port: number
  readonly watermark: Timestamp
}

export interface PortIdleness {
  readonly kind: 'idleness'
  readonly ordinal: number
  readonly port: number
  readonly isIdle: boolean
}

export type PortEvent = PortRow | PortMove | PortIdleness

export class InputPorts {
  readonly #held: PortEvent[] = []
  readonly #rankOf: (port: number) => number

  /** `rankOf` gives the place of a port among those to which one step brings something; by number when left out. */
  constructor(rankOf: (port: number) => number = (port) => port) {
    this.#rankOf = rankOf
  }

  push(port: number, signal: Signal): void {
    if (signal.kind !== 'bundle') {
      this.#held.push({ kind: 'idleness', ordinal: signal.ordinal, port, isIdle: signal.kind === 'idle' })
      return
    }
    walkBundle(
      signal,
      (row) => this.#held.push(heldRow(port, signal, row)),
      (watermark, ordinal) => this.#held.push({ kind: 'move', ordinal, port, watermark }),
    )
  }

  /** What the region brought, in order; each event once. */
  take(): readonly PortEvent[] {
    if (this.#held.length === 0) return []
    const rankOf = this.#rankOf
    // Sorting is stable: what one step brings to one port keeps its order.
    return this.#held.splice(0).sort((a, b) => a.ordinal - b.ordinal || rankOf(a.port) - rankOf(b.port))
  }
}

/** Columns are copied: the bundle is valid only during the push. */
function heldRow(port: number, bundle: Bundle, row: number): PortRow {
  return {
    kind: 'row',
    ordinal: bundle.ordinals?.[row] ?? 0,
    port,
    value: bundle.values[row],
    timestamp: bundle.timestamps[row] as number,
    key: bundle.keys?.[row],
    window: bundle.windows?.[row],
    assigned: bundle.assigned?.[row],
    pane: bundle.panes?.[row] ?? NO_PANE,
    isRetraction: bundle.retractions?.[row] === 1,
    isAtomic: bundle.atomic,
  }
}
