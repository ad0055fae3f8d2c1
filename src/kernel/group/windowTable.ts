/** One window's keys side by side: slot by key, accumulators by slot, and firing state where it is a slot's own. */
import type { SavedColumn } from '../../core/combine.ts'
import type { TriggerMoment } from '../../core/trigger.ts'
import { expiryOf, maxTimestamp, type Window } from '../../core/window.ts'
import { loadSlots, saveSlots } from '../../state/savedSlots.ts'
import { acceptElement, assignCell, FiringCell } from './firingCell.ts'
import type { Emission } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import { KeyIndex } from './keyIndex.ts'
import type { SlotColumn } from './slotColumn.ts'
import { SlotBlocks } from './tableChanges.ts'

/** A cell that knows its place, so that a wake-up finds it. */
export class TableCell extends FiringCell {
  readonly table: WindowTable
  readonly slot: number

  constructor(group: GroupStrategy, table: WindowTable, slot: number) {
    super(group, table.window, slot)
    this.table = table
    this.slot = slot
  }
}

export class WindowTable {
  /** Told apart from every other table that the grouping has had. */
  readonly id: number
  readonly window: Window
  /** The last watermark at which the window accepts elements. */
  readonly expiry: number
  readonly index = new KeyIndex()
  /** Where each slot's accumulator stands in the grouping's column. */
  readonly slots: number[] = []
  /** Undefined where the slot's state equals `common`. Slots are in creation order, the last tie of D9. */
  readonly cells: (TableCell | undefined)[] = []
  /** Retracting groupings: what each slot emitted last. */
  readonly emitted: (Emission | undefined)[] = []
  /** The firing state that all slots without a cell share (quiet triggers). */
  readonly common: FiringCell
  /** Elements of common slots since their last pane. */
  commonPending = 0
  readonly #combine: GroupStrategy['combine']
  readonly #column: SlotColumn
  /** What of the slots has changed, for captures. */
  readonly blocks = new SlotBlocks()
  /** True once the watermark has passed the window's end: later slots start with a state of their own. */
  isPast = false

  constructor(group: GroupStrategy, window: Window, column: SlotColumn, id: number) {
    this.id = id
    this.window = window
    this.expiry = expiryOf(window, group.strategy.allowedLateness)
    this.#combine = group.combine
    this.#column = column
    this.common = new FiringCell(group, window, 0)
    if (group.isQuiet) {
      // What every on-time element of the window does to a cell, done once for all of them.
      const moment: TriggerMoment = { window, watermark: Number.NEGATIVE_INFINITY, processingTime: 0, merging: false }
      acceptElement(group, this.common, maxTimestamp(window), moment)
    }
  }

  /** The slot of a key, with an empty accumulator if it is new. */
  slotOf(key: unknown): number {
    const slot = this.index.slotOf(key)
    if (slot >= this.cells.length) this.#addSlot()
    return slot
  }

  /** A slot for a key that the table does not have. */
  add(key: unknown): void {
    this.index.add(key)
    this.#addSlot()
  }

  #addSlot(): void {
    this.cells.push(undefined)
    this.slots.push(this.#column.take())
  }

  /** The result of a slot's accumulator. */
  extract(slot: number): unknown {
    return this.#column.column.extract(this.slots[slot] as number)
  }

  /** Empties a slot's accumulator. */
  reset(slot: number): void {
    this.#column.column.reset(this.slots[slot] as number)
  }

  /** Slots so far. */
  get size(): number {
    return this.cells.length
  }

  /** Makes room for slots to come. */
  reserve(slots: number): void {
    this.index.reserve(slots)
    this.#column.reserve(slots)
  }

  save(slot: number): unknown {
    return this.#column.column.save(this.slots[slot] as number)
  }

  load(slot: number, accumulator: unknown): void {
    this.#column.column.load(this.slots[slot] as number, accumulator)
  }

  /** The accumulators of slots [from, to) as data. */
  saveMany(from: number, to: number): SavedColumn {
    return saveSlots(this.#combine, this.#column.column, this.slots, from, to)
  }

  loadMany(from: number, to: number, saved: SavedColumn): void {
    loadSlots(this.#combine, this.#column.column, this.slots, from, to, saved)
  }

  /** The slot's own cell; made from the common state, or fresh where the slot is new after the common firing. */
  cellOf(group: GroupStrategy, slot: number, isNew: boolean): TableCell {
    const existing = this.cells[slot]
    if (existing) return existing
    const cell = new TableCell(group, this, slot)
    if (!isNew && group.isQuiet) {
      assignCell(group, cell, this.common)
      cell.created = slot
    }
    this.cells[slot] = cell
    return cell
  }
}
