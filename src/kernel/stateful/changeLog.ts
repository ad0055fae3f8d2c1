/**
 * Which records have changed since the last capture. A capture reads its records later, while the step goes on: a record
 * that changes before it was read leaves what it held behind, and goes on with copies of what is changed in place.
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
}

export class ChangeLog {
  readonly #cells: readonly AnyCell[]
  readonly #timersOf: (record: StateRecord) => readonly SetTimer[]
  /** Captures begun so far. */
  #epoch = 0
  #changed: StateRecord[] = []
  /** False until somebody captures for the first time: then nothing is listed. */
  #isListing = false
  #pending: Capture | undefined

  constructor(cells: readonly AnyCell[], timersOf: (record: StateRecord) => readonly SetTimer[]) {
    this.#cells = cells
    this.#timersOf = timersOf
  }

  /** True when a record with nothing in it must be kept until a capture has told that it is gone. */
  get mustTell(): boolean {
    return this.#isListing
  }

  /** The next capture tells only what has changed since now. */
  begin(): void {
    this.#isListing = true
    this.#epoch++
  }

  /** Called before a record is changed, in whatever way. */
  own(record: StateRecord): void {
    if (record.epoch === this.#epoch) return
    const before = record.epoch
    record.epoch = this.#epoch
    if (this.#isListing) {
      this.#changed.push(record)
      // A key is told once: what comes of it before the next capture comes of this record.
      record.table.records.set(record.key, record)
    }
    const pending = this.#pending
    if (pending === undefined || record.readBy === pending.epoch) return
    const isPending = pending.isWhole ? before !== -1 : before === pending.epoch
    if (!isPending) return
    record.captured = record.leaveBehind(this.#timersOf(record), (cells) => copyContents(this.#cells, cells))
  }

  /** Begins a capture of `all` records the first time, and of those that changed since the last one afterwards. */
  capture(all: () => StateRecord[]): { readonly isWhole: boolean; readonly entries: Iterable<StateEntry> } {
    this.#readAhead()
    const isWhole = !this.#isListing
    const capture: Capture = {
      epoch: this.#epoch,
      isWhole,
      records: isWhole ? all() : this.#changed,
      at: 0,
      readAhead: [],
    }
    this.#changed = []
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
    const record = capture.records[capture.at]
    if (record === undefined) {
      capture.records = []
      return undefined
    }
    capture.at++
    record.readBy = capture.epoch
    const state = record.captured ?? record.state(this.#timersOf(record))
    const entry = entryOf(this.#cells, record, state)
    record.captured = undefined
    // That it is gone has been told now; what has changed since is for the next capture to tell.
    if (!record.isStored && record.epoch <= capture.epoch) record.table.records.delete(record.key)
    return entry
  }

  /** A capture begins while somebody still reads the one before. */
  #readAhead(): void {
    const capture = this.#pending
    if (capture === undefined) return
    for (let entry = this.#read(capture); entry !== undefined; entry = this.#read(capture))
      capture.readAhead.push(entry)
    this.#pending = undefined
  }
}
