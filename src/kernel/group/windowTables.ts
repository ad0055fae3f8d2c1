/** The open windows of a grouping, and the accumulators of all of them. */
import type { StateEntry } from '../../core/checkpoint.ts'
import type { Timestamp } from '../../core/time.ts'
import { compareWindows, type Window, type WindowGrid, windowId } from '../../core/window.ts'
import { savedBlocks } from '../../state/blockEntries.ts'
import { gridIndex } from './gridIndex.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import { RecentCells } from './recentCells.ts'
import { SlotColumn } from './slotColumn.ts'
import { TableChanges } from './tableChanges.ts'
import { restoreSlots, restoreTableHead, saveSlotsOf, saveTableHead, type TableHead } from './tableSnapshot.ts'
import { WindowTable } from './windowTable.ts'

/** The tables without their slots, in the order of D9. */
export interface TablesHead {
  readonly nextId: number
  /** How many slots a table has is not in checkpoints of the first format. */
  readonly tables: readonly (TableHead & { readonly id: number; readonly slots?: number })[]
}

export class WindowTables {
  readonly column: SlotColumn
  readonly #group: GroupStrategy
  /** Windows of a regular grid differ by their start; others are told apart by their identity. */
  readonly #startIsId: boolean
  readonly #tables = new Map<number | string, WindowTable>()
  #last: WindowTable | undefined
  /** Of a tumbling grid. */
  readonly #recent = new RecentCells<WindowTable>()
  #nextId = 0
  /** Undefined until somebody captures. */
  #changes: TableChanges<WindowTable> | undefined

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
    return this.#add(window, this.#nextId++)
  }

  /** Called before anything of a slot changes. */
  own(table: WindowTable, slot: number): void {
    this.#changes?.own(table, slot)
  }

  /** Called before anything of a table's slots may change. */
  ownAll(table: WindowTable): void {
    this.#changes?.ownAll(table)
  }

  /** All tables, and the slots that changed since the last capture. Changes are listed from the first capture on. */
  capture(): { readonly head: TablesHead; readonly isWhole: boolean; readonly entries: Iterable<StateEntry> } {
    const isWhole = this.#changes === undefined
    if (this.#changes === undefined) {
      this.#changes = this.#newChanges()
      for (const table of this.#tables.values()) this.#changes.ownAll(table)
    }
    const tables = this.sorted().map((table) => ({
      ...saveTableHead(this.#group, table),
      id: table.id,
      slots: table.size,
    }))
    return { head: { nextId: this.#nextId, tables }, isWhole, entries: this.#changes.capture() }
  }

  /** Takes over what was captured; answers the tables. */
  resume({ nextId, tables }: TablesHead, entries: Iterable<StateEntry>): readonly WindowTable[] {
    this.#nextId = nextId
    const byId = new Map(tables.map((head) => [head.id, this.#add(head.window, head.id)]))
    for (const head of tables) {
      const table = byId.get(head.id) as WindowTable
      restoreTableHead(this.#group, table, head)
      if (head.slots !== undefined) table.reserve(head.slots)
    }
    const whole = new Map(tables.map(({ id }) => [id, new Set<number>()]))
    for (const saved of savedBlocks(entries)) {
      const table = byId.get(saved.table)
      if (table) restoreSlots(this.#group, table, saved)
      if (!saved.hasConstants) whole.get(saved.table)?.add(saved.block)
    }
    this.#changes = this.#newChanges()
    for (const [id, table] of byId) this.#changes.resume(table, whole.get(id) ?? new Set())
    return [...byId.values()]
  }

  has(table: WindowTable): boolean {
    return this.#tables.get(this.#idOf(table.window)) === table
  }

  remove(table: WindowTable): void {
    this.#tables.delete(this.#idOf(table.window))
    if (this.#last === table) this.#last = undefined
    this.#recent.clear()
    this.#changes?.remove(table)
    this.column.giveBack(table.slots)
  }

  #newChanges(): TableChanges<WindowTable> {
    return new TableChanges<WindowTable>({
      save: (table, from, to) => saveSlotsOf(this.#group, table, from, to),
      saveConstants: ({ index }, from, to) => ({ keys: index.keys.slice(from, to) }),
    })
  }

  #add(window: Window, id: number): WindowTable {
    const table = new WindowTable(this.#group, window, this.column, id)
    this.#tables.set(this.#idOf(window), table)
    return table
  }

  /** In the order of D9. */
  sorted(): WindowTable[] {
    return [...this.#tables.values()].sort((a, b) => compareWindows(a.window, b.window))
  }

  #idOf(window: Window): number | string {
    return this.#startIsId ? window.start : windowId(window)
  }
}
