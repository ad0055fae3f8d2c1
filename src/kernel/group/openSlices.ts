/** The open slices of a grouping, and the accumulators of all of them. */
import type { StateEntry } from '../../core/checkpoint.ts'
import type { Timestamp } from '../../core/time.ts'
import type { WindowGrid } from '../../core/window.ts'
import { savedBlocks } from '../../state/blockEntries.ts'
import { loadSlots, saveSlots } from '../../state/savedSlots.ts'
import { columnIn, numbersIn, valuesIn } from '../../state/savedValues.ts'
import type { UnpackedColumns } from '../../state/unpackColumns.ts'
import { gridIndex } from './gridIndex.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import { RecentCells } from './recentCells.ts'
import { cutEnd } from './slicedWindows.ts'
import { Slice } from './slices.ts'
import { SlotColumn } from './slotColumn.ts'
import { TableChanges } from './tableChanges.ts'

/** The slices without their keys. */
export interface SlicesHead {
  readonly nextId: number
  readonly slices: readonly {
    readonly id: number
    readonly elements: number
    /** How many keys the slice has. */
    readonly slots: number
    readonly window: { readonly start: Timestamp; readonly end: Timestamp }
  }[]
}

export class OpenSlices {
  readonly column: SlotColumn
  readonly #group: GroupStrategy
  readonly #grid: WindowGrid
  readonly #byStart = new Map<Timestamp, Slice>()
  readonly #recent = new RecentCells<Slice>()
  #nextId = 0
  /** Undefined until somebody captures. */
  #changes: TableChanges<Slice> | undefined

  constructor(group: GroupStrategy, grid: WindowGrid) {
    this.#group = group
    this.column = new SlotColumn(group)
    this.#grid = grid
  }

  get size(): number {
    return this.#byStart.size
  }

  all(): IterableIterator<Slice> {
    return this.#byStart.values()
  }

  startingAt(start: Timestamp): Slice | undefined {
    return this.#byStart.get(start)
  }

  /** The open slice of a timestamp, if no window that holds it has ended before the watermark. */
  at(timestamp: Timestamp, watermark: Timestamp): Slice | undefined {
    const { period, offset } = this.#grid
    const index = gridIndex(timestamp, period, offset)
    const start = index * period + offset
    if (cutEnd(start + period) <= watermark) return undefined
    const recent = this.#recent.get(index)
    if (recent !== undefined) return recent
    const slice = this.#byStart.get(start)
    if (slice !== undefined) this.#recent.set(index, slice)
    return slice
  }

  /** The uncut start of the slice of a timestamp. */
  startOf(timestamp: Timestamp): Timestamp {
    const { period, offset } = this.#grid
    return gridIndex(timestamp, period, offset) * period + offset
  }

  add(start: Timestamp): Slice {
    return this.#add(start, this.#nextId++)
  }

  /** Called before what a slice has of a key changes. */
  own(slice: Slice, place: number): void {
    this.#changes?.own(slice, place)
  }

  /** All slices, and what changed in them since the last capture. Changes are listed from the first capture on. */
  capture(): { readonly head: SlicesHead; readonly isWhole: boolean; readonly entries: Iterable<StateEntry> } {
    const isWhole = this.#changes === undefined
    if (this.#changes === undefined) {
      this.#changes = this.#newChanges()
      for (const slice of this.#byStart.values()) this.#changes.ownAll(slice)
    }
    const slices = [...this.#byStart.values()].map(({ id, start, elements, size }) => ({
      id,
      elements,
      slots: size,
      window: { start, end: start + this.#grid.period },
    }))
    return { head: { nextId: this.#nextId, slices }, isWhole, entries: this.#changes.capture() }
  }

  /** Takes over what was captured. */
  resume({ nextId, slices }: SlicesHead, entries: Iterable<StateEntry>): void {
    this.#nextId = nextId
    const byId = new Map<number, Slice>()
    for (const { id, elements, slots, window } of slices) {
      const slice = this.#add(window.start, id)
      slice.elements = elements
      slice.index.reserve(slots)
      this.column.reserve(slots)
      byId.set(id, slice)
    }
    const whole = new Map(slices.map(({ id }) => [id, new Set<number>()]))
    for (const { table, block, saved, hasConstants } of savedBlocks(entries)) {
      const slice = byId.get(table)
      if (slice && saved) this.#restore(slice, saved)
      if (!hasConstants) whole.get(table)?.add(block)
    }
    this.#changes = this.#newChanges()
    for (const [id, slice] of byId) this.#changes.resume(slice, whole.get(id) ?? new Set())
  }

  #add(start: Timestamp, id: number): Slice {
    const slice = new Slice(this.column, start, id)
    this.#byStart.set(start, slice)
    return slice
  }

  #newChanges(): TableChanges<Slice> {
    return new TableChanges<Slice>({
      save: ({ slots }, from, to) => ({
        rows: to - from,
        columns: { accumulators: saveSlots(this.#group.combine, this.column.column, slots, from, to) },
      }),
      saveConstants: ({ index, created }, from, to) => ({
        keys: index.keys.slice(from, to),
        created: created.slice(from, to),
      }),
    })
  }

  /** The keys of a block, which come after those that the slice has. */
  #restore(slice: Slice, { columns }: UnpackedColumns): void {
    const created = numbersIn(columns, 'created')
    const from = slice.size
    for (const [at, key] of valuesIn(columns, 'keys').entries()) slice.add(key, created[at] as number)
    const accumulators = columnIn(columns, 'accumulators')
    loadSlots(this.#group.combine, this.column.column, slice.slots, from, slice.size, accumulators)
  }

  remove(start: Timestamp): void {
    const slice = this.#byStart.get(start)
    if (slice === undefined) return
    this.#byStart.delete(start)
    this.#recent.clear()
    this.#changes?.remove(slice)
    this.column.giveBack(slice.slots)
  }
}
