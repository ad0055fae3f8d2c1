/**
 * The driver of windows that never merge: places rows into window tables. Each row gets its accumulator at once and is
 * added to it later, together with its neighbours: one call for each run of rows in which no pane leaves. Rows of quiet
 * windows (nothing can fire before the end) ask no trigger.
 */
import type { Bundle, Signal } from '../../core/bundle.ts'
import type { NodeCapture, NodeRestore } from '../../core/checkpoint.ts'
import type { GroupAccounting } from '../../core/runner.ts'
import type { Timestamp } from '../../core/time.ts'
import { maxTimestamp, type Window } from '../../core/window.ts'
import type { KernelNode, RunContext } from '../kernelNode.ts'
import { walkRuns } from '../walkBundle.ts'
import { AlignedFirings } from './alignedFirings.ts'
import { type Change, changeOf } from './changeCombine.ts'
import type { GroupOutput, SavedOutput } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import type { TableSnapshot } from './tableSnapshot.ts'
import type { WindowAssigner } from './windowAssigner.ts'
import type { TableCell, WindowTable } from './windowTable.ts'
import type { TablesHead } from './windowTables.ts'

/** What is saved beside the tables. */
interface AlignedCommon extends SavedOutput {
  readonly watermark: Timestamp
}

interface AlignedSnapshot extends AlignedCommon {
  readonly tables: readonly TableSnapshot[]
}

interface AlignedHead extends AlignedCommon {
  readonly tables: TablesHead
}

export class AlignedGroup implements KernelNode {
  readonly path: string
  readonly #group: GroupStrategy
  readonly #output: GroupOutput
  readonly #assigner: WindowAssigner
  readonly #firings: AlignedFirings
  /** Slot of each row of the bundle in hand; what a column adds by. */
  #slots = new Int32Array(1024)
  /** What is added instead of the rows' values where the input retracts. */
  readonly #changes: Change<unknown>[] = []
  #bundle: Bundle | undefined
  /** Rows [waitingFrom, waitingTo) of the bundle have their slots and wait to be added together. */
  #waitingFrom = 0
  #waitingTo = 0

  constructor(path: string, group: GroupStrategy, context: RunContext, output: GroupOutput, assigner: WindowAssigner) {
    this.path = path
    this.#group = group
    this.#output = output
    this.#assigner = assigner
    this.#firings = new AlignedFirings(group, context, output, () => this.#settle())
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle') {
      this.#output.signal(signal)
      return
    }
    this.#waitingFrom = 0
    this.#waitingTo = 0
    if (signal.length > this.#slots.length) this.#slots = new Int32Array(signal.length * 2)
    walkRuns(
      signal,
      (from, to) => this.#rows(signal, from, to),
      (watermark, ordinal) => this.#firings.advance(watermark, ordinal),
    )
    this.#bundle = undefined
    this.#output.flush()
  }

  nextDeadline(): Timestamp {
    return this.#firings.nextDeadline
  }

  nextDue(after: Timestamp): Timestamp {
    return this.#firings.nextDue(after)
  }

  onClock(now: Timestamp, ordinal: number): void {
    this.#firings.onClock(now, ordinal)
    this.#output.flush()
  }

  accounting(): GroupAccounting {
    return this.#output.tally.accounting(this.path, this.#firings.openWindows)
  }

  snapshot(): AlignedSnapshot {
    return { ...this.#common(), tables: this.#firings.save() }
  }

  restore(snapshot: AlignedSnapshot): void {
    this.#takeOver(snapshot)
    this.#firings.load(snapshot.tables)
  }

  capture(): NodeCapture {
    const { head, isWhole, entries } = this.#firings.capture()
    return { head: { ...this.#common(), tables: head }, isWhole, entries }
  }

  resume({ head, entries }: NodeRestore): void {
    // What comes back is what `capture` gave.
    const saved = head as AlignedHead
    this.#takeOver(saved)
    this.#firings.resume(saved.tables, entries)
  }

  #common(): AlignedCommon {
    return { watermark: this.#firings.watermark, ...this.#output.save() }
  }

  #takeOver(saved: AlignedCommon): void {
    this.#firings.watermark = saved.watermark
    this.#output.load(saved)
  }

  #rows(bundle: Bundle, from: number, to: number): void {
    const { isQuiet, inputRetracts } = this.#group
    this.#bundle = bundle
    if (bundle.atomic) this.#atomicRows(bundle, from, to)
    else if (isQuiet && !inputRetracts && this.#assigner.tumbling) this.#quietRows(bundle, from, to)
    else for (let row = from; row < to; row++) this.#place(bundle, row, undefined)
    this.#settle()
  }

  /** Tumbling windows that cannot fire before their end: rows need no look at a trigger. */
  #quietRows(bundle: Bundle, from: number, to: number): void {
    const { timestamps, values } = bundle
    const keys = this.#group.isKeyed ? bundle.keys : null
    let table: WindowTable | undefined
    let start = 0
    let end = 0
    let runFrom = from
    for (let row = from; row < to; row++) {
      const timestamp = timestamps[row] as number
      if (table === undefined || timestamp < start || timestamp >= end) {
        if (table) this.#count(table, row - runFrom)
        runFrom = row
        table = this.#quietTable(timestamp, values[row])
        if (table === undefined) {
          this.#place(bundle, row, undefined)
          runFrom = row + 1
          continue
        }
        start = table.window.start
        end = table.window.end
      }
      const slot = table.slotOf(keys === null ? undefined : keys[row])
      this.#firings.own(table, slot)
      this.#await(row, table, slot)
    }
    if (table) this.#count(table, to - runFrom)
  }

  /** The table of a row's window; undefined where the window is already past: such rows are judged one by one. */
  #quietTable(timestamp: Timestamp, value: unknown): WindowTable | undefined {
    const { tumbling } = this.#assigner
    const open = tumbling && this.#firings.at(timestamp, tumbling)
    if (open) return open.isPast ? undefined : open
    const window = this.#assigner.only(timestamp, value)
    return window.end <= this.#firings.watermark ? undefined : this.#firings.open(window)
  }

  #count(table: WindowTable, rows: number): void {
    table.commonPending += rows
    this.#output.tally.assigned += rows
  }

  /** Rows whose triggers are asked once, after the last of them (D3). */
  #atomicRows(bundle: Bundle, from: number, to: number): void {
    const touched = new Set<TableCell>()
    for (let row = from; row < to; row++) this.#place(bundle, row, touched)
    this.#settle()
    this.#firings.look(touched)
    this.#output.advance(this.#firings.watermark, this.#output.ordinal)
  }

  /** One row into each of its windows. */
  #place(bundle: Bundle, row: number, later: Set<TableCell> | undefined): void {
    const output = this.#output
    const { tumbling } = this.#assigner
    output.ordinal = bundle.ordinals?.[row] ?? 0
    const open = tumbling && this.#firings.at(bundle.timestamps[row] as number, tumbling)
    if (open) this.#placeIn(bundle, row, open, later)
    else {
      const windows = this.#assigner.all(bundle, row)
      for (const window of windows) this.#placeInWindow(bundle, row, window, later)
      if (windows.length === 0) {
        output.tally.assigned++
        output.drop(bundle, row, undefined, 'noWindow')
        return
      }
    }
    if (this.#group.tracksHolds && !later) output.advance(this.#firings.watermark, output.ordinal)
  }

  #placeInWindow(bundle: Bundle, row: number, window: Window, later: Set<TableCell> | undefined): void {
    if (this.#group.expiryOf(window) < this.#firings.watermark) {
      this.#output.tally.assigned++
      this.#output.drop(bundle, row, window, 'late')
    } else this.#placeIn(bundle, row, this.#firings.open(window), later)
  }

  #placeIn(bundle: Bundle, row: number, table: WindowTable, later: Set<TableCell> | undefined): void {
    const output = this.#output
    output.tally.assigned++
    const known = table.cells.length
    const slot = table.slotOf(this.#group.isKeyed ? bundle.keys?.[row] : undefined)
    this.#firings.own(table, slot)
    const isPast = maxTimestamp(table.window) < this.#firings.watermark
    if (this.#group.isQuiet && !isPast && table.cells[slot] === undefined) {
      this.#await(row, table, slot)
      table.commonPending++
      return
    }
    const cell = table.cellOf(this.#group, slot, slot >= known)
    if (cell.trigger.finished) {
      output.drop(bundle, row, table.window, 'closed')
      return
    }
    if (isPast) output.tally.lateAccepted++
    this.#await(row, table, slot)
    this.#firings.accept(cell, bundle.timestamps[row] as number, later)
  }

  /** The row is to be added to a slot, together with its neighbours. */
  #await(row: number, table: WindowTable, slot: number): void {
    if (row !== this.#waitingTo) {
      // After a dropped row, or for the next window of the same one.
      this.#settle()
      this.#waitingFrom = row
    }
    this.#waitingTo = row + 1
    this.#slots[row] = table.slots[slot] as number
    if (this.#group.inputRetracts) this.#changes[row] = changeOf(this.#bundle as Bundle, row)
  }

  /** Adds the rows that wait for it. */
  #settle(): void {
    const bundle = this.#bundle
    if (bundle === undefined || this.#waitingFrom === this.#waitingTo) return
    const values = this.#group.inputRetracts ? this.#changes : bundle.values
    this.#firings.column.addMany(this.#slots, values, bundle.timestamps, this.#waitingFrom, this.#waitingTo)
    this.#waitingFrom = this.#waitingTo
  }
}
