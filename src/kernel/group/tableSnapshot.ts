/** A window table as a value of its own, and back. */
import type { Coder } from '../../core/coder.ts'
import { valueCoder } from '../../core/coders/valueCoder.ts'
import type { SavedColumn } from '../../core/combine.ts'
import type { Window } from '../../core/window.ts'
import type { SavedBlock } from '../../state/blockEntries.ts'
import { columnIn, valuesIn } from '../../state/savedValues.ts'
import type { UnpackedColumns } from '../../state/unpackColumns.ts'
import { assignCell, type FiringCell } from './firingCell.ts'
import type { Emission } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import type { SavedRows } from './tableChanges.ts'
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

/** What entries of the first format of checkpoints hold: columns, of which those that hold nothing are left out. */
interface FirstSlots {
  readonly keys: readonly unknown[]
  readonly accumulators: readonly unknown[]
  readonly cells?: readonly (FiringCell | null)[]
  readonly emitted?: readonly (Emission | null)[]
}

export function saveTable(group: GroupStrategy, table: WindowTable): TableSnapshot {
  return {
    ...saveTableHead(group, table),
    slots: table.index.keys.map((key, slot) => ({
      key,
      accumulator: encodeAccumulator(group, table.save(slot)),
      cell: table.cells[slot] && plainCell(group, table.cells[slot]),
      emitted: table.emitted[slot],
    })),
  }
}

export function saveTableHead(group: GroupStrategy, table: WindowTable): TableHead {
  const { window, common, commonPending, isPast } = table
  return { window, common: plainCell(group, common), commonPending, isPast }
}

/** Slots [from, to) of a table, without their keys. */
export function saveSlotsOf(group: GroupStrategy, table: WindowTable, from: number, to: number): SavedRows {
  const columns: Record<string, SavedColumn> = { accumulators: table.saveMany(from, to) }
  // Most slots share their table's state, and their last pane need not be known.
  const cells = table.cells.slice(from, to)
  if (cells.some((cell) => cell !== undefined)) {
    columns.cells = cells.map((cell) => (cell === undefined ? null : plainCell(group, cell)))
  }
  if (group.retracts) columns.emitted = cells.map((_, at) => table.emitted[from + at] ?? null)
  return { rows: to - from, columns }
}

export function restoreTable(group: GroupStrategy, table: WindowTable, saved: TableSnapshot): void {
  restoreTableHead(group, table, saved)
  restoreEach(group, table, saved.slots)
}

export function restoreTableHead(group: GroupStrategy, table: WindowTable, saved: TableHead): void {
  assignCell(group, table.common, saved.common)
  table.commonPending = saved.commonPending
  table.isPast = saved.isPast
}

/** The slots of a block, which come after those that the table has. */
export function restoreSlots(group: GroupStrategy, table: WindowTable, { saved, value }: SavedBlock): void {
  if (saved) restoreBlock(group, table, saved)
  // What is no block of columns was written when slots were values.
  else restoreEach(group, table, slotSnapshots(value as FirstSlots))
}

/** What `saveSlotsOf` gave, with the keys. */
function restoreBlock(group: GroupStrategy, table: WindowTable, { columns }: UnpackedColumns): void {
  const from = table.size
  for (const key of valuesIn(columns, 'keys')) table.add(key)
  table.loadMany(from, table.size, columnIn(columns, 'accumulators'))
  const cells = 'cells' in columns ? valuesIn(columns, 'cells') : []
  for (const [at, cell] of cells.entries()) {
    if (cell) assignCell(group, table.cellOf(group, from + at, true), cell as FiringCell) // As it was saved.
  }
  const emitted = 'emitted' in columns ? valuesIn(columns, 'emitted') : []
  for (const [at, emission] of emitted.entries()) {
    if (emission) table.emitted[from + at] = emission as Emission // As it was saved.
  }
}

function slotSnapshots(saved: FirstSlots): SlotSnapshot[] {
  return saved.keys.map((key, slot) => ({
    key,
    accumulator: saved.accumulators[slot],
    cell: saved.cells?.[slot] ?? undefined,
    emitted: saved.emitted?.[slot] ?? undefined,
  }))
}

function restoreEach(group: GroupStrategy, table: WindowTable, saved: readonly SlotSnapshot[]): void {
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

/** Accumulators that are not JSON-like have a coder of their own; what valueCoder carries is encoded with the rest. */
export function encodeAccumulator(group: GroupStrategy, accumulator: unknown): unknown {
  const coder = ownCoder(group)
  return coder ? coder.encode(accumulator) : accumulator
}

function ownCoder({ combine: { accumulatorCoder } }: GroupStrategy): Coder<unknown> | undefined {
  return accumulatorCoder === valueCoder ? undefined : accumulatorCoder
}

export function decodeAccumulator(group: GroupStrategy, encoded: unknown): unknown {
  const coder = ownCoder(group)
  // A coder encodes to bytes; see encodeAccumulator.
  return coder ? coder.decode(encoded as Uint8Array) : group.combine.copy(encoded)
}
