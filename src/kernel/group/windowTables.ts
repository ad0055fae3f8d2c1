/** The open windows of a grouping, and the accumulators of all of them. */
import type { Timestamp } from '../../core/time.ts'
import { compareWindows, type Window, type WindowGrid, windowId } from '../../core/window.ts'
import { gridIndex } from './gridIndex.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import { RecentCells } from './recentCells.ts'
import { SlotColumn } from './slotColumn.ts'
import { WindowTable } from './windowTable.ts'

export class WindowTables {
  readonly column: SlotColumn
  readonly #group: GroupStrategy
  /** Windows of a regular grid differ by their start; others are told apart by their identity. */
  readonly #startIsId: boolean
  readonly #tables = new Map<number | string, WindowTable>()
  #last: WindowTable | undefined
  /** Of a tumbling grid. */
  readonly #recent = new RecentCells<WindowTable>()

  constructor(group: GroupStrategy) {
    this.#group = group
    this.column = new SlotColumn(group)
    const { windowFn } = group.strategy
    this.#startIsId = windowFn?.shape === 'aligned' && windowFn.grid !== undefined
  }

  get size(): number {
    return this.#tables.size
  }

  find(window: Window): WindowTable | undefined {
    if (this.#last?.window === window) return this.#last
    const table = this.#tables.get(this.#idOf(window))
    if (table) this.#last = table
    return table
  }

  /** The open window of a tumbling grid that contains a timestamp. */
  at(timestamp: Timestamp, { period, offset }: WindowGrid): WindowTable | undefined {
    const index = gridIndex(timestamp, period, offset)
    const recent = this.#recent.get(index)
    if (recent !== undefined) return recent
    const table = this.#tables.get(index * period + offset)
    if (table !== undefined) this.#recent.set(index, table)
    return table
  }

  add(window: Window): WindowTable {
    const table = new WindowTable(this.#group, window, this.column, 0)
    this.#tables.set(this.#idOf(window), table)
    return table
  }

  has(table: WindowTable): boolean {
    return this.#tables.get(this.#idOf(table.window)) === table
  }

  remove(table: WindowTable): void {
    this.#tables.delete(this.#idOf(table.window))
    if (this.#last === table) this.#last = undefined
    this.#recent.clear()
    this.column.giveBack(table.slots)
  }

  /** In the order of D9. */
  sorted(): WindowTable[] {
    return [...this.#tables.values()].sort((a, b) => compareWindows(a.window, b.window))
  }

  #idOf(window: Window): number | string {
    return this.#startIsId ? window.start : windowId(window)
  }
}
