/** What a grouping's snapshot says of its live state. */
import type { Timestamp } from '../../../src/core/time.ts'
import type { Window } from '../../../src/core/window.ts'

interface Held {
  readonly hold: Timestamp
  readonly gcHold: Timestamp
}

/** The part of the drivers' snapshots that laws look at: tables of aligned windows, cells of merging ones. */
interface GroupState {
  readonly tables?: readonly {
    readonly common: Held
    readonly commonPending: number
    readonly slots: readonly { readonly cell: Held | undefined }[]
  }[]
  readonly cells?: readonly { readonly key: unknown; readonly cell: Held & { readonly window: Window } }[]
}

/** The open merging windows of a grouping, by key. */
export function liveCells(snapshot: unknown): { readonly key: unknown; readonly window: Window }[] {
  const { cells = [] } = snapshot as GroupState
  return cells.map(({ key, cell }) => ({ key, window: cell.window }))
}

/** Every hold of a grouping; Infinity where there is none. */
export function liveHolds(snapshot: unknown): Timestamp[] {
  const { tables = [], cells = [] } = snapshot as GroupState
  const held = [
    ...tables.flatMap(({ common, commonPending }) => (commonPending > 0 ? [common] : [])),
    ...tables.flatMap(({ slots }) => slots.flatMap(({ cell }) => cell ?? [])),
    ...cells.map(({ cell }) => cell),
  ]
  return held.flatMap(({ hold, gcHold }) => [hold, gcHold])
}

/** Windows with state: tables of aligned windows, cells of merging ones. */
export function liveWindows(snapshot: unknown): number {
  const { tables = [], cells = [] } = snapshot as GroupState
  return tables.length + cells.length
}
