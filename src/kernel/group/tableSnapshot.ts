/** A window table as a value of its own, and back. */
import type { Window } from '../../core/window.ts'
import { assignCell, type FiringCell } from './firingCell.ts'
import type { Emission } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import type { WindowTable } from './windowTable.ts'

export interface TableSnapshot {
  readonly window: Window
  readonly common: FiringCell
  readonly commonPending: number
  readonly isPast: boolean
  readonly slots: readonly SlotSnapshot[]
}

interface SlotSnapshot {
  readonly key: unknown
  readonly accumulator: unknown
  readonly cell: FiringCell | undefined
  readonly emitted: Emission | undefined
}

export function saveTable(group: GroupStrategy, table: WindowTable): TableSnapshot {
  return {
    window: table.window,
    common: plainCell(group, table.common),
    commonPending: table.commonPending,
    isPast: table.isPast,
    slots: table.index.keys.map((key, slot) => {
      const cell = table.cells[slot]
      return {
        key,
        accumulator: encodeAccumulator(group, table.save(slot)),
        cell: cell && plainCell(group, cell),
        emitted: table.emitted[slot],
      }
    }),
  }
}

export function restoreTable(group: GroupStrategy, table: WindowTable, saved: TableSnapshot): void {
  assignCell(group, table.common, saved.common)
  table.commonPending = saved.commonPending
  table.isPast = saved.isPast
  for (const { key, accumulator, cell, emitted } of saved.slots) {
    const slot = table.slotOf(key)
    table.load(slot, decodeAccumulator(group, accumulator))
    if (cell) assignCell(group, table.cellOf(group, slot, true), cell)
    if (emitted) table.emitted[slot] = emitted
  }
}

/** The cell without its place in a table. */
export function plainCell(group: GroupStrategy, cell: FiringCell): FiringCell {
  const { window, trigger, pending, panes, nonSpeculative, hold, gcHold, created, revision, replaces } = cell
  return {
    window,
    trigger: group.machine.copy(trigger),
    pending,
    panes,
    nonSpeculative,
    hold,
    gcHold,
    created,
    revision,
    replaces,
  }
}

/** Accumulators that are not JSON-like have a coder of their own. */
export function encodeAccumulator(group: GroupStrategy, accumulator: unknown): unknown {
  const { accumulatorCoder } = group.combine
  return accumulatorCoder ? accumulatorCoder.encode(accumulator) : accumulator
}

export function decodeAccumulator(group: GroupStrategy, encoded: unknown): unknown {
  const { accumulatorCoder, copy } = group.combine
  // An accumulator coder encodes to bytes; see encodeAccumulator.
  return accumulatorCoder ? accumulatorCoder.decode(encoded as Uint8Array) : copy(encoded)
}
