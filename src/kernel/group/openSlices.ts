/** The open slices of a grouping, and the accumulators of all of them. */
import type { Timestamp } from '../../core/time.ts'
import type { WindowGrid } from '../../core/window.ts'
import { gridIndex } from './gridIndex.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import { RecentCells } from './recentCells.ts'
import { cutEnd } from './slicedWindows.ts'
import { Slice } from './slices.ts'
import { SlotColumn } from './slotColumn.ts'

export class OpenSlices {
  readonly column: SlotColumn
  readonly #grid: WindowGrid
  readonly #byStart = new Map<Timestamp, Slice>()
  readonly #recent = new RecentCells<Slice>()

  constructor(group: GroupStrategy, grid: WindowGrid) {
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
    const slice = new Slice(this.column, start)
    this.#byStart.set(start, slice)
    return slice
  }

  remove(start: Timestamp): void {
    const slice = this.#byStart.get(start)
    if (slice === undefined) return
    this.#byStart.delete(start)
    this.#recent.clear()
    this.column.giveBack(slice.slots)
  }
}
