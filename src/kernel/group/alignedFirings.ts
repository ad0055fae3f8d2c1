/**
 * The open windows of a grouping whose windows never merge, and all that happens to them in time: which are due, which
 * triggers are asked, what is emitted and what is held. Tables stand window first, key second, with one wake-up per window
 * end, so that a firing walks one table.
 */
import type { StateEntry } from '../../core/checkpoint.ts'
import type { AccumulatorColumn } from '../../core/combine.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { TriggerMoment } from '../../core/trigger.ts'
import { compareWindows, type Window, type WindowGrid } from '../../core/window.ts'
import type { RunContext } from '../kernelNode.ts'
import { acceptElement, expire, type Firing, fireIfReady, type PaneDecision } from './firingCell.ts'
import type { GroupOutput } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import { restoreTable, saveTable, type TableSnapshot } from './tableSnapshot.ts'
import { WakeQueue } from './wakeQueue.ts'
import type { TableCell, WindowTable } from './windowTable.ts'
import { type TablesHead, WindowTables } from './windowTables.ts'

export class AlignedFirings {
  /** The input watermark. */
  watermark: Timestamp = MIN_TIMESTAMP
  readonly #group: GroupStrategy
  readonly #context: RunContext
  readonly #output: GroupOutput
  readonly #tables: WindowTables
  readonly #settle: () => void
  /** Windows by the times at which they end and expire. */
  readonly #windowWakes = new WakeQueue<WindowTable>()
  /** Cells by the event times and the processing times that their triggers asked for. */
  readonly #cellWakes = new WakeQueue<TableCell>()
  readonly #deadlines = new WakeQueue<TableCell>()
  /** Reused for every question to a trigger. */
  readonly #moment = { window: { start: 0, end: 0 }, watermark: MIN_TIMESTAMP, processingTime: 0, merging: false }

  /** `settle` adds the rows that wait to be added; it is called before an accumulator is read or emptied. */
  constructor(group: GroupStrategy, context: RunContext, output: GroupOutput, settle: () => void) {
    this.#group = group
    this.#context = context
    this.#output = output
    this.#tables = new WindowTables(group)
    this.#settle = settle
  }

  get openWindows(): number {
    return this.#tables.size
  }

  get nextDeadline(): Timestamp {
    return this.#deadlines.next
  }

  nextDue(after: Timestamp): Timestamp {
    return Math.min(this.#windowWakes.nextAfter(after), this.#cellWakes.nextAfter(after))
  }

  get column(): AccumulatorColumn<unknown, unknown, unknown> {
    return this.#tables.column.column
  }

  /** The table of the open window of a tumbling grid that contains a timestamp; it accepts elements while it is open. */
  at(timestamp: Timestamp, grid: WindowGrid): WindowTable | undefined {
    return this.#tables.at(timestamp, grid)
  }

  /** The table of a window, made when the first element comes. */
  open(window: Window): WindowTable {
    const existing = this.#tables.find(window)
    if (existing) return existing
    const table = this.#tables.add(window)
    if (window.end > this.watermark) this.#windowWakes.add(window.end, table)
    else table.isPast = true
    this.#windowWakes.add(table.expiry + 1, table)
    return table
  }

  /**
   * An element was added to the cell's accumulator; the slot is owned. Its trigger is asked at once, unless `later` collects
   * the cell.
   */
  accept(cell: TableCell, timestamp: Timestamp, later: Set<TableCell> | undefined): void {
    const held = cell.hold
    const moment = this.#momentOf(cell.window)
    acceptElement(this.#group, cell, timestamp, moment)
    if (later) later.add(cell)
    else this.#fire(cell, moment, this.watermark)
    this.#track(cell, held)
  }

  /** Asks the triggers of these cells, in the order of D9. */
  look(cells: Iterable<TableCell>): void {
    const ordered = [...cells].sort((a, b) => compareWindows(a.window, b.window) || a.slot - b.slot)
    for (const cell of ordered) if (this.#tables.has(cell.table)) this.#fireAndTrack(cell, this.watermark)
  }

  /** R64: stops at each due time on the way, as if the watermark passed every millisecond. */
  advance(watermark: Timestamp, ordinal: number): void {
    if (watermark <= this.watermark) return
    this.#output.ordinal = ordinal
    for (;;) {
      const due = Math.min(this.#windowWakes.next, this.#cellWakes.next)
      if (due > watermark) break
      // What was not due before goes downstream first: a later grouping may have something due on the way.
      this.#output.advance(due - 1, ordinal)
      this.watermark = due
      this.#reach(due)
      this.#output.advance(due, ordinal)
    }
    this.watermark = watermark
    this.#output.advance(watermark, ordinal)
  }

  /** Processing time reached `now`: asks the triggers whose deadlines have come. */
  onClock(now: Timestamp, ordinal: number): void {
    this.#output.ordinal = ordinal
    const due = new Set<TableCell>()
    while (this.#deadlines.next <= now) for (const cell of this.#deadlines.take()) due.add(cell)
    this.look(due)
    this.#output.advance(this.watermark, ordinal)
  }

  save(): TableSnapshot[] {
    return this.#tables.sorted().map((table) => saveTable(this.#group, table))
  }

  load(saved: readonly TableSnapshot[]): void {
    for (const snapshot of saved) {
      const table = this.open(snapshot.window)
      restoreTable(this.#group, table, snapshot)
      for (const cell of table.cells) if (cell) this.#track(cell, Number.POSITIVE_INFINITY)
    }
  }

  capture(): ReturnType<WindowTables['capture']> {
    return this.#tables.capture()
  }

  resume(head: TablesHead, entries: Iterable<StateEntry>): void {
    for (const table of this.#tables.resume(head, entries)) {
      if (!table.isPast) this.#windowWakes.add(table.window.end, table)
      this.#windowWakes.add(table.expiry + 1, table)
      for (const cell of table.cells) if (cell) this.#track(cell, Number.POSITIVE_INFINITY)
    }
  }

  /** Called before anything of a slot changes. */
  own(table: WindowTable, slot: number): void {
    this.#tables.own(table, slot)
  }

  /** Everything that is due when the watermark reaches `due`, in the order of D9. */
  #reach(due: Timestamp): void {
    const windows = this.#windowWakes.next === due ? this.#windowWakes.take() : []
    const cells = this.#cellWakes.next === due ? this.#cellWakes.take() : []
    const tables = new Set([...windows, ...cells.map((cell) => cell.table)])
    for (const table of [...tables].sort((a, b) => compareWindows(a.window, b.window))) {
      if (!this.#tables.has(table)) continue
      if (due > table.expiry) this.#close(table, due)
      else if (windows.includes(table)) this.#passEnd(table, due)
      else for (const cell of inSlotOrder(cells, table)) this.#fireAndTrack(cell, due - 1)
    }
  }

  /** The watermark passed the window's end: every key's trigger is asked; those in the common state answer alike. */
  #passEnd(table: WindowTable, due: Timestamp): void {
    const { cells } = table
    this.#tables.ownAll(table)
    table.isPast = true
    const moment = this.#momentOf(table.window)
    const common = this.#group.isQuiet ? fireIfReady(this.#group, table.common, moment, due - 1) : undefined
    for (let slot = 0; slot < cells.length; slot++) {
      const cell = cells[slot]
      if (cell) this.#fireAndTrack(cell, due - 1)
      else if (common) this.#emit(table, slot, common)
    }
    if (common) this.#settleCommon(table)
  }

  /** The window's time is over: last panes, then nothing of it remains (R66, R73). */
  #close(table: WindowTable, due: Timestamp): void {
    const { cells } = table
    this.#tables.ownAll(table)
    const common = this.#group.isQuiet ? expire(this.#group, table.common, due, due - 1) : undefined
    for (let slot = 0; slot < cells.length; slot++) {
      const cell = cells[slot]
      if (cell === undefined) {
        if (common) this.#pane(table, slot, common)
        continue
      }
      const { hold, pending } = cell
      const emitted = expire(this.#group, cell, due, due - 1)
      if (emitted) this.#pane(table, slot, emitted)
      this.#output.tally.emitted += pending
      this.#output.holds.move(hold, Number.POSITIVE_INFINITY)
    }
    this.#settleCommon(table)
    this.#tables.remove(table)
  }

  #settleCommon(table: WindowTable): void {
    this.#output.tally.emitted += table.commonPending
    table.commonPending = 0
  }

  #fireAndTrack(cell: TableCell, before: Timestamp): void {
    const held = cell.hold
    this.#tables.own(cell.table, cell.slot)
    this.#fire(cell, this.#momentOf(cell.window), before)
    this.#track(cell, held)
  }

  #fire(cell: TableCell, moment: TriggerMoment, before: Timestamp): void {
    const { pending } = cell
    const firing = fireIfReady(this.#group, cell, moment, before)
    if (firing === undefined) return
    this.#settle()
    this.#output.tally.emitted += pending
    this.#emit(cell.table, cell.slot, firing)
  }

  #emit(table: WindowTable, slot: number, { emitted, finished }: Firing): void {
    if (emitted) this.#pane(table, slot, emitted)
    if (finished || !this.#group.keepsContents) table.reset(slot)
  }

  #pane(table: WindowTable, slot: number, decision: PaneDecision): void {
    const value = table.extract(slot)
    this.#output.pane(table.index.keys[slot], table.window, value, decision, table.emitted[slot])
    if (this.#group.retracts) table.emitted[slot] = { value, timestamp: decision.timestamp, pane: decision.pane }
  }

  /** Keeps the hold and the wake-ups of a cell as it says they are. */
  #track(cell: TableCell, held: Timestamp): void {
    const { machine, tracksHolds, hasDeadlines, hasEventWakes } = this.#group
    if (tracksHolds) this.#output.holds.move(held, cell.hold)
    if (!hasDeadlines || cell.trigger.finished) return
    const moment = this.#momentOf(cell.window)
    this.#deadlines.add(machine.processingTimeWake(cell.trigger, moment), cell)
    if (hasEventWakes) this.#cellWakes.add(machine.eventTimeWake(cell.trigger, moment), cell)
  }

  #momentOf(window: Window): TriggerMoment {
    const moment = this.#moment
    moment.window = window
    moment.watermark = this.watermark
    moment.processingTime = this.#context.now
    return moment
  }
}

function inSlotOrder(cells: readonly TableCell[], table: WindowTable): TableCell[] {
  return cells.filter((cell) => cell.table === table).sort((a, b) => a.slot - b.slot)
}
