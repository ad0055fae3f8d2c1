/** The records of a stateful step as they come and go: found, stored while they hold something, forgotten, saved. */
import { canonicalKey } from '../../core/coders/keyCoder.ts'
import type { AnyCell, StatefulSpec } from '../../core/stateful.ts'
import type { Timestamp } from '../../core/time.ts'
import type { Window } from '../../core/window.ts'
import { type CellContents, emptyContents, loadContents } from '../../state/cellContents.ts'
import { StateEditor } from '../../state/stateEditor.ts'
import { ChangeLog } from './changeLog.ts'
import type { RecordSnapshot } from './recordSnapshot.ts'
import type { StatefulOutput } from './statefulOutput.ts'
import { StateRecord } from './stateRecord.ts'
import type { StateTable, StateTables } from './stateTables.ts'
import { newStepTimes } from './stepTimes.ts'
import { Sweeps } from './sweeps.ts'
import { labelOf, type SetTimer } from './timerSlots.ts'
import { TimerTable } from './timerTable.ts'
import type { WaitingQueue } from './waitingQueue.ts'

const MOST_SPARE = 1024

export class StateMemory {
  readonly cells: readonly AnyCell[]
  readonly times = newStepTimes()
  readonly editor: StateEditor
  readonly timers: TimerTable
  readonly changes: ChangeLog
  /** Times at which a record's cells came to hold something, so far. */
  created = 0
  readonly #spec: StatefulSpec
  readonly #output: StatefulOutput
  readonly #sweeps: Sweeps
  /** What a new record starts as. */
  readonly #empty: CellContents
  /** Records to be used again. New ones would outlive a scavenge or two, which takes longer than all work on an event. */
  readonly #spare: StateRecord[] = []

  constructor(spec: StatefulSpec, output: StatefulOutput) {
    this.#spec = spec
    this.#output = output
    this.cells = Object.values(spec.cells)
    this.timers = new TimerTable(output, this.times)
    this.changes = new ChangeLog(this.cells, (record) => this.timers.of(record))
    this.#sweeps = new Sweeps(this.cells)
    this.#empty = emptyContents(this.cells)
    this.editor = new StateEditor(spec.cells, this.times, {
      keepsUndo: spec.onError === 'output',
      // The editor is given nothing but records.
      own: (record) => this.changes.own(record as StateRecord),
    })
  }

  /** The record of a key, or a new one that is not stored yet. Throws INVALID_KEY for a key that has no encoding. */
  recordOf(table: StateTable, key: unknown): StateRecord {
    return table.records.get(key) ?? this.#fresh(table, canonicalKey(key))
  }

  /** A record that is not stored is of no use any more. */
  giveBack(record: StateRecord): void {
    if (record.isStored || this.changes.mustTell || record.waiting !== undefined) return
    if (this.#spare.length < MOST_SPARE) this.#spare.push(record)
  }

  /** Every record with something in it. */
  stored(tables: StateTables): StateRecord[] {
    return tables.sorted().flatMap((table) => storedIn(table))
  }

  /** The record is one of the window's, whatever it holds. */
  store(record: StateRecord): void {
    if (record.isStored) return
    this.changes.own(record)
    const { table } = record
    record.isStored = true
    table.records.set(record.key, record)
    // R86: what the expiry gives is stamped `max`, which is held until then, if it is not behind already (R32).
    if (this.#outlives(table) && table.max >= this.#output.behind(this.times.sent)) {
      record.expiryHold = table.max
      this.#output.holds.move(Number.POSITIVE_INFINITY, table.max)
    }
  }

  /** After a change: a record stays while it holds something, or a callback for the expiry waits beyond the window's end. */
  settle(record: StateRecord): void {
    if (!record.holdsNothing || this.#outlives(record.table)) {
      this.store(record)
      this.#sweeps.plan(record)
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
    this.#sweeps.forget(record)
    record.empty()
    record.isStored = false
    if (this.changes.mustTell) return
    record.table.records.delete(record.key)
    this.giveBack(record)
  }

  /** Gives back the room of cells whose time to live is over at this watermark. */
  sweep(watermark: Timestamp, now: Timestamp): void {
    if (!this.#sweeps.isNeeded) return
    for (const record of this.#sweeps.due(watermark)) this.#sweepRecord(record, watermark, now)
  }

  sweepDeadlines(watermark: Timestamp, now: Timestamp): void {
    for (const record of this.#sweeps.deadlines(now)) this.#sweepRecord(record, watermark, now)
  }

  get nextDeadline(): Timestamp {
    return Math.min(this.timers.nextDeadline, this.#sweeps.nextDeadline)
  }

  /** Gives back what was saved, in any order. */
  load(saved: readonly RecordSnapshot[], open: (window: Window) => StateTable, waiting: WaitingQueue): void {
    const elements: (() => void)[] = []
    for (const snapshot of saved) {
      const { start, end, key, created, expiryHold } = snapshot
      const table = open({ start, end })
      const record = new StateRecord(table, key, loadContents(this.cells, snapshot.cells))
      record.created = created
      if (expiryHold !== Number.POSITIVE_INFINITY) {
        record.expiryHold = expiryHold
        this.#output.holds.move(Number.POSITIVE_INFINITY, expiryHold)
      }
      record.isStored = true
      record.epoch = 0
      table.records.set(key, record)
      for (const timer of timersOf(this.#spec, snapshot)) this.timers.restore(record, timer)
      for (const [value, timestamp, pane, isRetraction, arrival] of snapshot.waiting) {
        elements[arrival] = () => waiting.restore(record, { value, timestamp, pane, isRetraction, arrival })
      }
      this.#sweeps.plan(record)
    }
    // In the order of arrival; those that came and went have left holes.
    elements.forEach((restore) => {
      restore()
    })
  }

  #fresh(table: StateTable, key: unknown): StateRecord {
    const spare = this.#spare.pop()
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
export function storedIn(table: StateTable): StateRecord[] {
  return table.records.values().filter((record) => record.isStored)
}

function timersOf(spec: StatefulSpec, { timers }: RecordSnapshot): SetTimer[] {
  return timers.map(([family, tag, at, output, holds, hold, order]) => {
    return { label: labelOf(family, tag, spec.timers[family] ?? 'event'), at, output, holds, hold, order }
  })
}
