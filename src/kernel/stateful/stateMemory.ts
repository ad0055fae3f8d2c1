/** The records of a stateful step as they come and go: found, stored while they hold something, forgotten, saved. */
import type { NodeCapture, NodeRestore } from '../../core/checkpoint.ts'
import { canonicalKey } from '../../core/coders/keyCoder.ts'
import type { AnyCell, StatefulSpec } from '../../core/stateful.ts'
import type { Timestamp } from '../../core/time.ts'
import type { Window } from '../../core/window.ts'
import { type CellContents, emptyContents } from '../../state/cellContents.ts'
import type { SavedRecord } from '../../state/savedRecord.ts'
import { StateEditor } from '../../state/stateEditor.ts'
import type { RunContext } from '../kernelNode.ts'
import { inOrderOfCreation } from './inOrderOfCreation.ts'
import type { Overflow, WarmParts } from './overflow.ts'
import { RecordChanges } from './recordChanges.ts'
import { RecordLoader } from './recordLoader.ts'
import { inOrder, saveRecord } from './recordSnapshot.ts'
import { SpareRecords } from './spareRecords.ts'
import type { StatefulOutput } from './statefulOutput.ts'
import { NOT_TOLD, StateRecord } from './stateRecord.ts'
import type { StateTable, StateTables } from './stateTables.ts'
import { StepTimes } from './stepTimes.ts'
import { Sweeps } from './sweeps.ts'
import { TimerLabels } from './timerLabels.ts'
import { TimerTable } from './timerTable.ts'
import type { WaitingQueue } from './waitingQueue.ts'

/** Of the node whose records these are. */
export interface MemoryParts {
  readonly path: string
  readonly spec: StatefulSpec
  readonly context: RunContext
}

export class StateMemory {
  readonly cells: readonly AnyCell[]
  readonly times: StepTimes
  readonly editor: StateEditor
  readonly timers: TimerTable
  readonly labels: TimerLabels
  readonly changes: RecordChanges
  /** Times at which a record's cells came to hold something, so far. */
  created = 0
  readonly #spec: StatefulSpec
  readonly #output: StatefulOutput
  readonly #sweeps: Sweeps
  /** What a new record starts as. */
  readonly #empty: CellContents
  readonly #spare = new SpareRecords()
  readonly #path: string
  readonly #context: RunContext
  readonly #tables: StateTables
  #overflow: Overflow | undefined

  constructor({ path, spec, context }: MemoryParts, tables: StateTables, output: StatefulOutput) {
    this.#path = path
    this.#spec = spec
    this.#context = context
    this.#tables = tables
    this.#output = output
    this.cells = Object.values(spec.cells)
    this.times = new StepTimes(context)
    this.timers = new TimerTable(output, this.times)
    this.labels = new TimerLabels(spec.timers)
    this.changes = new RecordChanges(this.cells, this.timers)
    this.#sweeps = new Sweeps(this.cells)
    this.#empty = emptyContents(this.cells)
    this.editor = new StateEditor(spec.cells, this.times, {
      keepsUndo: spec.onError === 'output',
      changes: this.changes,
    })
  }

  /** The record of a key, or a new one that is not stored yet. Throws INVALID_KEY for a key that has no encoding. */
  recordOf(table: StateTable, key: unknown): StateRecord {
    return table.records.get(key) ?? this.#missing(table, key)
  }

  /** A record that is not stored is of no use any more. */
  giveBack(record: StateRecord): void {
    if (record.isStored || record.slot !== NOT_TOLD || record.waiting !== undefined) return
    this.#spare.give(record)
  }

  /** Every record with something in it, as a value of its own. */
  saved(): SavedRecord[] {
    const { cells, timers } = this
    const warm = this.#stored().map((record) => saveRecord(cells, record, record.state(timers.of(record))))
    return inOrder([...warm, ...(this.#overflow?.cold.snapshots() ?? [])])
  }

  capture(): Pick<NodeCapture, 'isWhole' | 'entries'> {
    return this.changes.capture(() => this.#stored(), this.#overflow?.cold)
  }

  /**
   * Every record of a window, each of which is forgotten before the next; in the order in which they were created where
   * the step is told of expiries.
   */
  allOf(table: StateTable): Iterable<StateRecord> {
    const records = this.#overflow?.allOf(table)
    return records ?? inOrderOfCreation(storedIn(table))
  }

  /** Makes room where there are too many records. No callback is at work, and nobody holds a record. */
  trim(): void {
    if (this.#context.openOverflow === undefined) return
    this.#overflow ??= this.#context.openOverflow(this.#warmParts())
    this.#overflow.trim()
  }

  /** The record is one of the window's, whatever it holds. */
  store(record: StateRecord): void {
    if (record.isStored) return
    this.changes.own(record)
    const { table } = record
    record.isStored = true
    this.#tables.stored++
    table.records.set(record.key, record)
    this.changes.place(record)
    // R86: what the expiry gives is stamped `max`, which is held until then, if it is not behind already (R32).
    if (this.#outlives(table) && table.max >= this.times.sent) {
      record.expiryHold = table.max
      this.#output.holds.move(Number.POSITIVE_INFINITY, table.max)
    }
  }

  /** After a change: a record stays while it holds something, or a callback for the expiry waits beyond the window's end. */
  settle(record: StateRecord): void {
    if (!record.holdsNothing || this.#outlives(record.table)) {
      if (!record.isStored) this.store(record)
      if (this.#sweeps.isNeeded) this.#sweeps.plan(record)
    } else if (record.isStored) this.forget(record)
    else this.giveBack(record)
  }

  /** Nothing of the record remains but, where a checkpoint knows it, that it is gone. */
  forget(record: StateRecord): void {
    this.changes.own(record)
    if (record.hasTimers) this.timers.drop(record)
    if (record.expiryHold !== undefined) {
      this.#output.holds.move(record.expiryHold, Number.POSITIVE_INFINITY)
      record.expiryHold = undefined
    }
    this.#overflow?.forget(record)
    this.#sweeps.forget(record)
    record.empty()
    if (record.isStored) this.#tables.stored--
    record.isStored = false
    if (!this.changes.remove(record)) return
    record.table.records.delete(record.key)
    this.giveBack(record)
  }

  /** Gives back the room of cells whose time to live is over at this watermark. */
  sweep(watermark: Timestamp, now: Timestamp): void {
    if (!this.#sweeps.isNeeded) return
    do for (const record of this.#sweeps.due(watermark)) this.#sweepRecord(record, watermark, now)
    while (this.#overflow?.recallSwept('event', watermark))
  }

  sweepDeadlines(watermark: Timestamp, now: Timestamp): void {
    do for (const record of this.#sweeps.deadlines(now)) this.#sweepRecord(record, watermark, now)
    while (this.#overflow?.recallSwept('processing', now))
  }

  get nextDeadline(): Timestamp {
    const cold = this.#overflow?.cold.sweeps.processing.next ?? Number.POSITIVE_INFINITY
    return Math.min(this.timers.nextDeadline, this.#sweeps.nextDeadline, cold)
  }

  /** Gives back what was saved, in any order, into windows that `open` finds or makes. */
  load(saved: Iterable<SavedRecord>, open: (window: Window) => StateTable, waiting: WaitingQueue): void {
    const loader = this.#loader(open, waiting)
    for (const snapshot of saved) loader.load(snapshot)
  }

  /** The same for what was captured, from which captures go on unless it was migrated. */
  resume(restored: NodeRestore, open: (window: Window) => StateTable, waiting: WaitingQueue): void {
    this.#loader(open, waiting).resume(restored, () => this.trim())
  }

  #loader(open: (window: Window) => StateTable, waiting: WaitingQueue): RecordLoader {
    const parts = { ...this.#warmParts(), empty: this.#empty, output: this.#output }
    return new RecordLoader(parts, open, waiting)
  }

  #stored(): StateRecord[] {
    return this.#tables.sorted().flatMap((table) => storedIn(table))
  }

  #warmParts(): WarmParts {
    const { cells, timers, labels, changes } = this
    return {
      path: this.#path,
      spec: this.#spec,
      cells,
      tables: this.#tables,
      timers,
      labels,
      changes,
      sweeps: this.#sweeps,
    }
  }

  #missing(table: StateTable, key: unknown): StateRecord {
    return this.#overflow?.find(table, key) ?? this.#fresh(table, canonicalKey(key))
  }

  #fresh(table: StateTable, key: unknown): StateRecord {
    const spare = this.#spare.take()
    if (spare === undefined) return new StateRecord(table, key, this.#empty)
    spare.reuse(table, key)
    return spare
  }

  #sweepRecord(record: StateRecord, watermark: Timestamp, now: Timestamp): void {
    this.editor.sweep(record, watermark - 1, now)
    if (record.holdsNothing && !this.#outlives(record.table)) this.forget(record)
    else this.#sweeps.plan(record)
  }

  /** True where something of a window waits for its expiry after its end. */
  #outlives(table: StateTable): boolean {
    return this.#spec.onWindowExpiration !== undefined && table.expiry > table.max
  }
}

/** The records of a window that hold something, or wait for its expiry. */
function storedIn(table: StateTable): StateRecord[] {
  return table.records.values().filter((record) => record.isStored)
}
