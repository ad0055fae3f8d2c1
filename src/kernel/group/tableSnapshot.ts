/** A window table as a value of its own, and back. */
import type { Window } from '../../core/window.ts'
import { assignCell, type FiringCell } from './firingCell.ts'
import type { Emission } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import type { WindowTable } from './windowTable.ts'

/** A table without its slots. */
export interface TableHead {
  readonly window: Window
  readonly common: FiringCell
  readonly commonPending: number
  readonly isPast: boolean
}

export interface TableSnapshot extends TableHead {
  readonly slots: readonly SlotSnapshot[]
}

export interface SlotSnapshot {
  readonly key: unknown
  readonly accumulator: unknown
  readonly cell: FiringCell | undefined
  readonly emitted: Emission | undefined
}

export function saveTable(group: GroupStrategy, table: WindowTable): TableSnapshot {
  return { ...saveTableHead(group, table), slots: saveSlots(group, table, 0, table.cells.length) }
}

export function saveTableHead(group: GroupStrategy, table: WindowTable): TableHead {
  const { window, common, commonPending, isPast } = table
  return { window, common: plainCell(group, common), commonPending, isPast }
}

/** Slots [from, to), in their order. */
export function saveSlots(group: GroupStrategy, table: WindowTable, from: number, to: number): readonly SlotSnapshot[] {
  const slots: SlotSnapshot[] = []
  for (let slot = from; slot < to; slot++) {
    const cell = table.cells[slot]
    slots.push({
      key: table.index.keys[slot],
      accumulator: encodeAccumulator(group, table.save(slot)),
      cell: cell && plainCell(group, cell),
      emitted: table.emitted[slot],
    })
  }
  return slots
}

export function restoreTable(group: GroupStrategy, table: WindowTable, saved: TableSnapshot): void {
  restoreTableHead(group, table, saved)
  restoreSlots(group, table, saved.slots)
}

export function restoreTableHead(group: GroupStrategy, table: WindowTable, saved: TableHead): void {
  assignCell(group, table.common, saved.common)
  table.commonPending = saved.commonPending
  table.isPast = saved.isPast
}

/** The slots after those that the table has. */
export function restoreSlots(group: GroupStrategy, table: WindowTable, saved: readonly SlotSnapshot[]): void {
  for (const { key, accumulator, cell, emitted } of saved) {
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
