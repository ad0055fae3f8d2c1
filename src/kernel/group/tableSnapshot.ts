/** A window table as a value of its own, and back. */
import type { Coder } from '../../core/coder.ts'
import { valueCoder } from '../../core/coders/valueCoder.ts'
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

/** Neighbouring slots as they are now, sharing nothing that changes: quickly copied, and encoded when there is time. */
export interface CopiedSlots {
  readonly keys: readonly unknown[]
  readonly accumulators: readonly unknown[]
  readonly cells: readonly (FiringCell | undefined)[]
  readonly emitted: readonly (Emission | undefined)[]
}

/**
 * Copied slots as a value. Columns, of which those that hold nothing are left out: encoded as an object per slot they take
 * ten times as long.
 */
export interface SavedSlots {
  readonly keys: readonly unknown[]
  readonly accumulators: readonly unknown[]
  readonly cells?: readonly (FiringCell | null)[]
  readonly emitted?: readonly (Emission | null)[]
}

export function saveTable(group: GroupStrategy, table: WindowTable): TableSnapshot {
  return {
    ...saveTableHead(group, table),
    slots: slotSnapshots(encodeSlots(group, copySlots(group, table, 0, table.cells.length))),
  }
}

export function saveTableHead(group: GroupStrategy, table: WindowTable): TableHead {
  const { window, common, commonPending, isPast } = table
  return { window, common: plainCell(group, common), commonPending, isPast }
}

/** Slots [from, to). */
export function copySlots(group: GroupStrategy, table: WindowTable, from: number, to: number): CopiedSlots {
  const slots = { keys: [], accumulators: [], cells: [], emitted: [] } as Mutable<CopiedSlots>
  for (let slot = from; slot < to; slot++) {
    const cell = table.cells[slot]
    slots.keys.push(table.index.keys[slot])
    slots.accumulators.push(table.save(slot))
    slots.cells.push(cell && plainCell(group, cell))
    slots.emitted.push(table.emitted[slot])
  }
  return slots
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] extends readonly (infer Item)[] ? Item[] : T[Field] }

export function encodeSlots(group: GroupStrategy, { keys, accumulators, cells, emitted }: CopiedSlots): SavedSlots {
  return {
    keys,
    accumulators: accumulators.map((accumulator) => encodeAccumulator(group, accumulator)),
    ...(cells.some((cell) => cell !== undefined) && { cells: cells.map((cell) => cell ?? null) }),
    ...(emitted.some((emission) => emission !== undefined) && { emitted: emitted.map((each) => each ?? null) }),
  }
}

function slotSnapshots(saved: SavedSlots): SlotSnapshot[] {
  return saved.keys.map((key, slot) => ({
    key,
    accumulator: saved.accumulators[slot],
    cell: saved.cells?.[slot] ?? undefined,
    emitted: saved.emitted?.[slot] ?? undefined,
  }))
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

/** The slots after those that the table has. */
export function restoreSlots(group: GroupStrategy, table: WindowTable, saved: SavedSlots): void {
  restoreEach(group, table, slotSnapshots(saved))
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
