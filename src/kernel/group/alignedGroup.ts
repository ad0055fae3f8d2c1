/**
 * The driver of windows that never merge: places rows into window tables. Rows of quiet windows (nothing can fire before
 * the end) are added in runs, one table and one column at a time; all others one by one, each asking its trigger.
 */
import type { Bundle, Signal } from '../../core/bundle.ts'
import type { GroupAccounting } from '../../core/runner.ts'
import type { Timestamp } from '../../core/time.ts'
import { maxTimestamp, type Window } from '../../core/window.ts'
import type { KernelNode, RunContext } from '../kernelNode.ts'
import { walkRuns } from '../walkBundle.ts'
import { AlignedFirings } from './alignedFirings.ts'
import { type Change, changeOf } from './changeCombine.ts'
import type { GroupOutput } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import type { TallySnapshot } from './groupTally.ts'
import type { TableSnapshot } from './tableSnapshot.ts'
import type { WindowAssigner } from './windowAssigner.ts'
import type { TableCell, WindowTable } from './windowTable.ts'

interface AlignedSnapshot {
  readonly watermark: Timestamp
  readonly outputWatermark: Timestamp
  readonly tables: readonly TableSnapshot[]
  readonly tally: TallySnapshot
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

  constructor(path: string, group: GroupStrategy, context: RunContext, output: GroupOutput, assigner: WindowAssigner) {
    this.path = path
    this.#group = group
    this.#output = output
    this.#assigner = assigner
    this.#firings = new AlignedFirings(group, context, output)
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
      (watermark, ordinal) => this.#firings.advance(watermark, ordinal),
    )
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
    return {
      watermark: this.#firings.watermark,
      outputWatermark: this.#output.watermark,
      tables: this.#firings.save(),
      tally: this.#output.tally.save(),
    }
  }

  restore(snapshot: AlignedSnapshot): void {
    this.#firings.watermark = snapshot.watermark
    this.#output.resumeAt(snapshot.outputWatermark)
    this.#output.tally.load(snapshot.tally)
    this.#firings.load(snapshot.tables)
  }

  #rows(bundle: Bundle, from: number, to: number): void {
    const { isQuiet, inputRetracts } = this.#group
    if (bundle.atomic) this.#atomicRows(bundle, from, to)
    else if (isQuiet && !inputRetracts && this.#assigner.isTumbling) this.#quietRows(bundle, from, to)
    else for (let row = from; row < to; row++) this.#place(bundle, row, undefined)
  }

  /** Tumbling windows that cannot fire before their end: runs of rows of one window are added together. */
  #quietRows(bundle: Bundle, from: number, to: number): void {
    const { timestamps, values } = bundle
    const keys = this.#group.isKeyed ? bundle.keys : null
    const slots = this.#slots
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
        if (window.end <= this.#firings.watermark) {
          // The window is already past: such rows are judged one by one.
          this.#place(bundle, row, undefined)
          runFrom = row + 1
          continue
        }
        start = window.start
        end = window.end
        table = this.#firings.open(window)
      }
      slots[row] = table.slotOf(keys === null ? undefined : keys[row])
    }
    if (table) this.#addRun(table, bundle, runFrom, to)
  }

  #addRun(table: WindowTable, bundle: Bundle, from: number, to: number): void {
    table.column.addMany(this.#slots, bundle.values, bundle.timestamps, from, to)
    table.commonPending += to - from
    this.#output.tally.assigned += to - from
  }

  /** Rows whose triggers are asked once, after the last of them (D3). */
  #atomicRows(bundle: Bundle, from: number, to: number): void {
    const touched = new Set<TableCell>()
    for (let row = from; row < to; row++) this.#place(bundle, row, touched)
    this.#firings.look(touched)
    this.#output.advance(this.#firings.watermark, this.#output.ordinal)
  }

  /** One row into each of its windows. */
  #place(bundle: Bundle, row: number, later: Set<TableCell> | undefined): void {
    const output = this.#output
    output.ordinal = bundle.ordinals?.[row] ?? 0
    const windows = this.#assigner.all(bundle, row)
    if (windows.length === 0) {
      output.tally.assigned++
      output.drop(bundle, row, undefined, 'noWindow')
      return
    }
    for (const window of windows) this.#placeIn(bundle, row, window, later)
    if (this.#group.tracksHolds && !later) output.advance(this.#firings.watermark, output.ordinal)
  }

  #placeIn(bundle: Bundle, row: number, window: Window, later: Set<TableCell> | undefined): void {
    const output = this.#output
    const { watermark } = this.#firings
    output.tally.assigned++
    if (this.#group.expiryOf(window) < watermark) {
      output.drop(bundle, row, window, 'late')
      return
    }
    const table = this.#firings.open(window)
    const known = table.cells.length
    const slot = table.slotOf(this.#group.isKeyed ? bundle.keys?.[row] : undefined)
    const isPast = maxTimestamp(window) < watermark
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
    this.#accumulate(table, slot, bundle, row)
    this.#firings.accept(cell, bundle.timestamps[row] as number, later)
  }

  #accumulate(table: WindowTable, slot: number, bundle: Bundle, row: number): void {
    this.#slots[row] = slot
    let values: readonly unknown[] = bundle.values
    if (this.#group.inputRetracts) {
      this.#changes[row] = changeOf(bundle, row)
      values = this.#changes
    }
    table.column.addMany(this.#slots, values, bundle.timestamps, row, row + 1)
  }
}
