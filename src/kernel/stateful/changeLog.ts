/**
 * Which of the records that are told alone have changed since the last capture. A capture reads its records later, while the step
 * goes on: a record that changes before it was read leaves what it held behind, and goes on with copies of what is changed in place.
 */
import type { StateEntry } from '../../core/checkpoint.ts'
import type { AnyCell } from '../../core/stateful.ts'
import { copyContents } from '../../state/cellContents.ts'
import { entryOf } from './recordSnapshot.ts'
import type { StateRecord } from './stateRecord.ts'
import type { SetTimer } from './timerSlots.ts'

interface Capture {
  readonly epoch: number
  readonly isWhole: boolean
  /** Records that are still to be read, and the entries of those that were read ahead of time. */
  records: readonly StateRecord[]
  at: number
  readAhead: StateEntry[]
  /** What is told of records that are not in memory. */
  cold: Iterator<StateEntry>
}

/** Records that are not in memory, as captures ask for them. */
export interface ColdEntries {
  /** All of them. */
  entries(): Iterable<StateEntry>
  /** Those that were changed in an epoch that is over. */
  readonly changes: { of(epoch: number): Iterable<StateEntry> }
}

/** The epoch of a record that has left memory. */
const LEFT = -2
/** The epoch of a record that came back, and has not been changed since. */
const BACK = -3

export class ChangeLog {
  readonly #cells: readonly AnyCell[]
  readonly #timersOf: (record: StateRecord) => readonly SetTimer[]
  /** Captures begun so far. */
  #epoch = 0
  #changed: StateRecord[] = []
  /** So many of the changed ones have left. */
  #taken = 0
  /** False until somebody captures for the first time: then nothing is listed. */
  #isListing = false
  #pending: Capture | undefined
  /** Called before the first change of a record that came back. */
  onChange: ((record: StateRecord) => void) | undefined = undefined

  constructor(cells: readonly AnyCell[], timersOf: (record: StateRecord) => readonly SetTimer[]) {
    this.#cells = cells
    this.#timersOf = timersOf
  }

  /** True when a record with nothing in it must be kept until a capture has told that it is gone. */
  get mustTell(): boolean {
    return this.#isListing
  }

  /** Changes that are made now are told by the capture of this number. */
  get epoch(): number {
    return this.#epoch
  }

  /** Records in memory that have changed since the last capture. */
  get size(): number {
    return this.#changed.length - this.#taken
  }

  /** True while a capture of all records is being read. */
  get isReadingAll(): boolean {
    return this.#pending?.isWhole ?? false
  }

  /** Whether the next capture is to tell of the record. */
  isChanged(record: StateRecord): boolean {
    return this.#isListing && record.epoch === this.#epoch
  }

  /** The next capture tells only what has changed since now. */
  begin(): void {
    this.#isListing = true
    this.#epoch++
  }

  /** The record is told alone from now on, and is about to change. What captures were to tell of it so far is told elsewhere. */
  adopt(record: StateRecord): void {
    record.epoch = this.#epoch
    if (this.#isListing) this.#changed.push(record)
  }

  /** Called before a record is changed, in whatever way. */
  own(record: StateRecord): void {
    if (record.epoch !== this.#epoch) this.#change(record)
  }

  #change(record: StateRecord): void {
    const before = record.epoch
    record.epoch = this.#epoch
    if (this.#isListing) this.#changed.push(record)
    if (before === BACK) this.onChange?.(record)
    if (!this.#isUnread(record, before)) return
    record.captured = record.leaveBehind(this.#timersOf(record), (cells) => copyContents(this.#cells, cells))
  }

  /** The record that changed first, which is to leave, or to be kept; undefined for none. */
  takeOldest(): StateRecord | undefined {
    while (this.#taken < this.#changed.length) {
      const record = this.#changed[this.#taken++] as StateRecord
      if (this.#taken * 2 > this.#changed.length) {
        this.#changed = this.#changed.slice(this.#taken)
        this.#taken = 0
      }
      if (record.epoch !== LEFT) return record
    }
    return undefined
  }

  /** A record that was taken stays in memory. */
  keep(record: StateRecord): void {
    if (this.isChanged(record)) this.#changed.push(record)
  }

  /** The record leaves memory. Answers the epoch whose capture has to tell what it holds, or -1; it is not told from here. */
  leave(record: StateRecord): number {
    const changedIn = this.isChanged(record) ? this.#epoch : -1
    if (record.captured === undefined && this.#isUnread(record, record.epoch)) {
      record.captured = record.state(this.#timersOf(record))
    }
    record.epoch = LEFT
    return changedIn
  }

  /** The record is in memory again, as it left. What it was changed before is told by whoever had it. */
  comeBack(record: StateRecord): void {
    record.epoch = BACK
  }

  /** Begins a capture of `all` records the first time, and of those that changed since the last one afterwards. */
  capture(
    all: () => StateRecord[],
    cold: ColdEntries | undefined,
  ): { readonly isWhole: boolean; readonly entries: Iterable<StateEntry> } {
    this.readAhead()
    const isWhole = !this.#isListing
    const others = isWhole ? cold?.entries() : cold?.changes.of(this.#epoch)
    const capture: Capture = {
      epoch: this.#epoch,
      isWhole,
      records: isWhole ? all() : this.#changed.slice(this.#taken),
      at: 0,
      readAhead: [],
      cold: (others ?? [])[Symbol.iterator](),
    }
    this.#changed = []
    this.#taken = 0
    this.#isListing = true
    this.#epoch++
    this.#pending = capture
    return { isWhole, entries: this.#entriesOf(capture) }
  }

  *#entriesOf(capture: Capture): Generator<StateEntry> {
    for (let entry = this.#read(capture); entry !== undefined; entry = this.#read(capture)) yield entry
    if (this.#pending === capture) this.#pending = undefined
    yield* capture.readAhead
    capture.readAhead = []
  }

  /** The next record as it was when it was captured. */
  #read(capture: Capture): StateEntry | undefined {
    let record = capture.records[capture.at++]
    while (record?.epoch === LEFT && record.captured === undefined) record = capture.records[capture.at++]
    if (record === undefined) {
      capture.records = []
      const { value, done } = capture.cold.next()
      return done ? undefined : value
    }
    record.readBy = capture.epoch
    const state = record.captured ?? record.state(this.#timersOf(record))
    const entry = entryOf(this.#cells, record, state)
    record.captured = undefined
    // That it is gone has been told now; what has changed since is for the next capture to tell.
    const isTold = !record.isStored && record.epoch !== LEFT && record.epoch <= capture.epoch
    if (isTold) record.table.records.delete(record.key)
    return entry
  }

  /** Whether the capture that is being read has yet to read the record, which was changed last in the epoch `before`. */
  #isUnread(record: StateRecord, before: number): boolean {
    const pending = this.#pending
    if (pending === undefined || record.readBy === pending.epoch) return false
    return pending.isWhole ? before !== -1 : before === pending.epoch
  }

  /** Reads the rest of a capture at once: one begins while somebody still reads the one before. */
  readAhead(): void {
    const capture = this.#pending
    if (capture === undefined) return
    for (let entry = this.#read(capture); entry !== undefined; entry = this.#read(capture))
      capture.readAhead.push(entry)
    this.#pending = undefined
  }
}
