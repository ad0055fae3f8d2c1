/** The open windows of a grouping. Columns of closed windows serve the next ones. */
import type { AccumulatorColumn } from '../../core/combine.ts'
import { compareWindows, type Window, windowId } from '../../core/window.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import { WindowTable } from './windowTable.ts'

/** Closed columns kept for reuse; more would hold memory that a quiet stream no longer needs. */
const SPARE_COLUMNS = 4

export class WindowTables {
  readonly #group: GroupStrategy
  /** Windows of a regular grid differ by their start; others are told apart by their identity. */
  readonly #startIsId: boolean
  readonly #tables = new Map<number | string, WindowTable>()
  readonly #spare: AccumulatorColumn<unknown, unknown, unknown>[] = []
  #last: WindowTable | undefined

  constructor(group: GroupStrategy) {
    this.#group = group
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

  add(window: Window): WindowTable {
    const table = new WindowTable(this.#group, window, this.#spare.pop() ?? this.#group.newColumn(), 0)
    this.#tables.set(this.#idOf(window), table)
    return table
  }

  has(table: WindowTable): boolean {
    return this.#tables.get(this.#idOf(table.window)) === table
  }

  remove(table: WindowTable): void {
    this.#tables.delete(this.#idOf(table.window))
    if (this.#last === table) this.#last = undefined
    if (this.#spare.length >= SPARE_COLUMNS) return
    table.column.clear(table.cells.length)
    this.#spare.push(table.column)
  }

  /** In the order of D9. */
  sorted(): WindowTable[] {
    return [...this.#tables.values()].sort((a, b) => compareWindows(a.window, b.window))
  }

  #idOf(window: Window): number | string {
    return this.#startIsId ? window.start : windowId(window)
  }
}
