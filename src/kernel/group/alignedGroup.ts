/**
 * The driver of windows that never merge. Tables stand window first, key second, with one timer per window end, so that
 * an element touches one table and a firing walks one. Elements of quiet windows (nothing can fire before the end) are
 * added in runs; all others one by one.
 */
import type { Bundle, Signal } from '../../core/bundle.ts'
import type { GroupAccounting } from '../../core/runner.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { TriggerMoment } from '../../core/trigger.ts'
import { compareWindows, maxTimestamp, type Window } from '../../core/window.ts'
import type { KernelNode, RunContext } from '../kernelNode.ts'
import { walkRuns } from '../walkBundle.ts'
import { acceptElement, expire, type Firing, fireIfReady } from './firingCell.ts'
import type { GroupOutput } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import type { TallySnapshot } from './groupTally.ts'
import { restoreTable, saveTable, type TableSnapshot } from './tableSnapshot.ts'
import { WakeQueue } from './wakeQueue.ts'
import type { WindowAssigner } from './windowAssigner.ts'
import type { TableCell, WindowTable } from './windowTable.ts'
import { WindowTables } from './windowTables.ts'

interface Moment extends TriggerMoment {
  window: Window
  watermark: Timestamp
  processingTime: Timestamp
}

interface AlignedSnapshot {
  readonly watermark: Timestamp
  readonly outputWatermark: Timestamp
  readonly tables: readonly TableSnapshot[]
  readonly tally: TallySnapshot
}

export class AlignedGroup implements KernelNode {
  readonly path: string
  readonly #group: GroupStrategy
  readonly #context: RunContext
  readonly #output: GroupOutput
  readonly #assigner: WindowAssigner
  readonly #tables: WindowTables
  /** Windows by the times at which they end and expire. */
  readonly #windowWakes = new WakeQueue<WindowTable>()
  /** Cells by the event times and the processing times that their triggers asked for. */
  readonly #cellWakes = new WakeQueue<TableCell>()
  readonly #deadlines = new WakeQueue<TableCell>()
  readonly #moment: Moment
  #watermark: Timestamp = MIN_TIMESTAMP
  /** Slot of each row of the bundle in hand; what a column adds by. */
  #slots = new Int32Array(1024)

  constructor(path: string, group: GroupStrategy, context: RunContext, output: GroupOutput, assigner: WindowAssigner) {
    this.path = path
    this.#group = group
    this.#context = context
    this.#output = output
    this.#assigner = assigner
    this.#tables = new WindowTables(group)
    this.#moment = { window: { start: 0, end: 0 }, watermark: MIN_TIMESTAMP, processingTime: 0, merging: false }
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle') {
      this.#output.signal(signal)
      return
    }
    if (signal.length > this.#slots.length) this.#slots = new Int32Array(signal.length * 2)
    walkRuns(
      signal,
      (from, to) => this.#rows(signal, from, to),
      (watermark, ordinal) => this.#advance(watermark, ordinal),
    )
    this.#output.flush()
  }

  nextDeadline(): Timestamp {
    return this.#deadlines.next
  }

  onClock(now: Timestamp, ordinal: number): void {
    this.#output.ordinal = ordinal
    const due: TableCell[] = []
    while (this.#deadlines.next <= now) due.push(...this.#deadlines.take())
    this.#look(due)
    this.#output.advance(this.#watermark, ordinal)
    this.#output.flush()
  }

  accounting(): GroupAccounting {
    return this.#output.tally.accounting(this.path, this.#tables.size)
  }

  snapshot(): AlignedSnapshot {
    return {
      watermark: this.#watermark,
      outputWatermark: this.#output.watermark,
      tables: this.#tables.sorted().map((table) => saveTable(this.#group, table)),
      tally: this.#output.tally.save(),
    }
  }

  restore(snapshot: AlignedSnapshot): void {
    this.#watermark = snapshot.watermark
    this.#output.resumeAt(snapshot.outputWatermark)
    this.#output.tally.load(snapshot.tally)
    for (const saved of snapshot.tables) {
      const table = this.#open(saved.window)
      restoreTable(this.#group, table, saved)
      for (const cell of table.cells) if (cell) this.#track(cell, Number.POSITIVE_INFINITY)
    }
  }

  #rows(bundle: Bundle, from: number, to: number): void {
    if (bundle.atomic) this.#atomicRows(bundle, from, to)
    else if (this.#group.isQuiet && !this.#group.inputRetracts && this.#assigner.isTumbling)
      this.#quietRows(bundle, from, to)
    else for (let row = from; row < to; row++) this.#place(bundle, row, undefined)
  }

  /** Tumbling windows that cannot fire before their end: runs of rows of one window are added together. */
  #quietRows(bundle: Bundle, from: number, to: number): void {
    const { timestamps, keys, values } = bundle
    const slots = this.#slots
    const tally = this.#output.tally
    let table: WindowTable | undefined
    let start = 0
    let end = 0
    let runFrom = from
    for (let row = from; row < to; row++) {
      const timestamp = timestamps[row] as number
      if (table === undefined || timestamp < start || timestamp >= end) {
        if (table) this.#addRun(table, bundle, runFrom, row)
        runFrom = row
        table = undefined
        const window = this.#assigner.only(timestamp, values[row])
        if (window.end <= this.#watermark) {
          // The window is already past: such rows are judged one by one.
          this.#place(bundle, row, undefined)
          runFrom = row + 1
          continue
        }
        start = window.start
        end = window.end
        table = this.#open(window)
      }
      slots[row] = table.slotOf(keys === null ? undefined : keys[row])
      tally.assigned++
    }
    if (table) this.#addRun(table, bundle, runFrom, to)
  }

  #addRun(table: WindowTable, bundle: Bundle, from: number, to: number): void {
    table.column.addMany(this.#slots, bundle.values, bundle.timestamps, from, to)
    table.commonPending += to - from
  }

  /** Elements whose triggers are asked once, after the last of them (D3). */
  #atomicRows(bundle: Bundle, from: number, to: number): void {
    const touched = new Set<TableCell>()
    for (let row = from; row < to; row++) this.#place(bundle, row, touched)
    this.#look([...touched])
    this.#output.advance(this.#watermark, this.#output.ordinal)
  }

  /** One row into each of its windows. With `touched`, cells are collected there and not looked at yet. */
  #place(bundle: Bundle, row: number, touched: Set<TableCell> | undefined): void {
    const output = this.#output
    output.ordinal = bundle.ordinals?.[row] ?? 0
    const windows = this.#assigner.all(bundle, row)
    if (windows.length === 0) {
      output.tally.assigned++
      output.drop(bundle, row, undefined, 'noWindow')
      return
    }
    for (const window of windows) this.#placeIn(bundle, row, window, touched)
    if (this.#group.tracksHolds && !touched) output.advance(this.#watermark, output.ordinal)
  }

  #placeIn(bundle: Bundle, row: number, window: Window, touched: Set<TableCell> | undefined): void {
    const output = this.#output
    output.tally.assigned++
    if (this.#group.expiryOf(window) < this.#watermark) {
      output.drop(bundle, row, window, 'late')
      return
    }
    const table = this.#open(window)
    const known = table.cells.length
    const slot = table.slotOf(bundle.keys?.[row])
    const isPast = maxTimestamp(window) < this.#watermark
    if (this.#group.isQuiet && !isPast && table.cells[slot] === undefined) {
      this.#accumulate(table, slot, bundle, row)
      table.commonPending++
      return
    }
    const cell = table.cellOf(this.#group, slot, slot >= known)
    if (cell.trigger.finished) {
      output.drop(bundle, row, window, 'closed')
      return
    }
    if (isPast) output.tally.lateAccepted++
    const held = cell.hold
    this.#accumulate(table, slot, bundle, row)
    acceptElement(this.#group, cell, bundle.timestamps[row] as number, this.#momentOf(window))
    if (touched) touched.add(cell)
    else this.#fire(cell, this.#watermark)
    this.#track(cell, held)
  }

  #accumulate(table: WindowTable, slot: number, bundle: Bundle, row: number): void {
    if (bundle.retractions?.[row] === 1) {
      const { combine } = this.#group
      const accumulator = table.column.save(slot)
      // A retracting input always has a combine with `remove` (groupStrategy).
      const remove = combine.remove as NonNullable<typeof combine.remove>
      table.column.load(slot, remove(accumulator, bundle.values[row], bundle.timestamps[row] as number))
      return
    }
    this.#slots[row] = slot
    table.column.addMany(this.#slots, bundle.values, bundle.timestamps, row, row + 1)
  }

  /** R64: stops at each due time on the way, as if the watermark passed every millisecond. */
  #advance(watermark: Timestamp, ordinal: number): void {
    if (watermark <= this.#watermark) return
    const output = this.#output
    output.ordinal = ordinal
    for (;;) {
      const due = Math.min(this.#windowWakes.next, this.#cellWakes.next)
      if (due > watermark) break
      this.#watermark = due
      this.#reach(due)
      output.advance(due, ordinal)
    }
    this.#watermark = watermark
    output.advance(watermark, ordinal)
  }

  /** Everything that is due when the watermark reaches `due`, in the order of D9. */
  #reach(due: Timestamp): void {
    const windows = this.#windowWakes.next === due ? this.#windowWakes.take() : []
    const cells = this.#cellWakes.next === due ? this.#cellWakes.take() : []
    const tables = new Set([...windows, ...cells.map((cell) => cell.table)])
    for (const table of [...tables].sort((a, b) => compareWindows(a.window, b.window))) {
      if (!this.#tables.has(table)) continue
      if (due > table.expiry) this.#close(table, due)
      else if (windows.includes(table)) this.#lookAtAll(table, due)
      else this.#look(cells.filter((cell) => cell.table === table))
    }
  }

  /** The watermark passed the window's end: every key's trigger is asked; those in the common state answer alike. */
  #lookAtAll(table: WindowTable, due: Timestamp): void {
    const { cells } = table
    const isFirstPass = this.#group.isQuiet && !table.isPast
    table.isPast = true
    const firing = isFirstPass
      ? fireIfReady(this.#group, table.common, this.#momentOf(table.window), due - 1)
      : undefined
    for (let slot = 0; slot < cells.length; slot++) {
      const cell = cells[slot]
      if (cell) this.#fireAndTrack(cell, due - 1)
      else if (firing) this.#emit(table, slot, firing)
    }
    if (firing) this.#settleCommon(table)
  }

  /** The window's time is over: last panes, then nothing of it remains (R66, R73). */
  #close(table: WindowTable, due: Timestamp): void {
    const { cells } = table
    const watermark = due
    const decision = this.#group.isQuiet ? expire(this.#group, table.common, watermark, due - 1) : undefined
    for (let slot = 0; slot < cells.length; slot++) {
      const cell = cells[slot]
      if (cell) {
        const held = cell.hold
        const pending = cell.pending
        this.#emit(table, slot, { emitted: expire(this.#group, cell, watermark, due - 1), finished: true })
        this.#output.tally.emitted += pending
        this.#output.holds.move(held, Number.POSITIVE_INFINITY)
      } else {
        this.#emit(table, slot, { emitted: decision, finished: true })
      }
    }
    this.#settleCommon(table)
    this.#tables.remove(table)
  }

  #settleCommon(table: WindowTable): void {
    this.#output.tally.emitted += table.commonPending
    table.commonPending = 0
  }

  /** Asks the triggers of these cells, in the order of D9. */
  #look(cells: readonly TableCell[]): void {
    const ordered = [...cells].sort((a, b) => compareWindows(a.window, b.window) || a.slot - b.slot)
    for (const cell of ordered) if (this.#tables.has(cell.table)) this.#fireAndTrack(cell, this.#watermark)
  }

  #fireAndTrack(cell: TableCell, before: Timestamp): void {
    const held = cell.hold
    this.#fire(cell, before)
    this.#track(cell, held)
  }

  #fire(cell: TableCell, before: Timestamp): void {
    const pending = cell.pending
    const firing = fireIfReady(this.#group, cell, this.#momentOf(cell.window), before)
    if (firing === undefined) return
    this.#output.tally.emitted += pending
    this.#emit(cell.table, cell.slot, firing)
  }

  #emit(table: WindowTable, slot: number, firing: Firing): void {
    const { emitted, finished } = firing
    if (emitted) {
      const value = table.column.extract(slot)
      const previous = table.emitted[slot]
      this.#output.pane(table.index.keys[slot], table.window, value, emitted, previous)
      if (this.#group.retracts) table.emitted[slot] = { value, timestamp: emitted.timestamp, pane: emitted.pane }
    }
    if (finished || !this.#group.keepsContents) table.column.reset(slot)
  }

  /** Keeps the hold and the wake-ups of a cell as it says they are. */
  #track(cell: TableCell, held: Timestamp): void {
    const { machine, tracksHolds, hasDeadlines, hasEventWakes } = this.#group
    if (tracksHolds) this.#output.holds.move(held, cell.hold)
    if (!hasDeadlines || cell.trigger.finished) return
    const moment = this.#momentOf(cell.window)
    this.#deadlines.add(machine.processingTimeWake(cell.trigger, moment), cell)
    if (hasEventWakes) {
      const wake = machine.eventTimeWake(cell.trigger, moment)
      if (wake > this.#watermark) this.#cellWakes.add(wake, cell)
    }
  }

  #momentOf(window: Window): Moment {
    const moment = this.#moment
    moment.window = window
    moment.watermark = this.#watermark
    moment.processingTime = this.#context.now
    return moment
  }

  /** The table of a window, made when the first element comes. */
  #open(window: Window): WindowTable {
    const existing = this.#tables.find(window)
    if (existing) return existing
    const table = this.#tables.add(window)
    if (window.end > this.#watermark) this.#windowWakes.add(window.end, table)
    else table.isPast = true
    this.#windowWakes.add(table.expiry + 1, table)
    return table
  }
}
