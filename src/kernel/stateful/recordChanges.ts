/**
 * What captures are to tell of a stateful step's records. Most are saved with their neighbours, in blocks of slots, which takes a
 * fraction of the time. A record that would make its block large, or that has been out of memory, is told alone: whoever changes
 * one of them would have all of the others written again.
 */
import type { NodeCapture, StateEntry } from '../../core/checkpoint.ts'
import type { AnyCell } from '../../core/stateful.ts'
import { RecordColumns } from '../../state/recordColumns.ts'
import type { UnpackedColumns } from '../../state/unpackColumns.ts'
import { KeySlots } from '../group/keySlots.ts'
import { ChangeLog, type ColdEntries } from './changeLog.ts'
import { writeRecords } from './recordSnapshot.ts'
import { ALONE, NOT_TOLD, type StateRecord } from './stateRecord.ts'
import type { TimerTable } from './timerTable.ts'

/** A block of more bytes is large. */
const LARGE = 8192

export class RecordChanges {
  /** Of the records that are told alone. */
  readonly alone: ChangeLog
  readonly #blocks: KeySlots<StateRecord>
  /** False until somebody captures for the first time: then no record has a slot. */
  #isTold = false
  /** True when a capture may have told of a record alone. */
  #hasAlone = false

  constructor(cells: readonly AnyCell[], timers: TimerTable) {
    const columns = new RecordColumns(cells)
    this.alone = new ChangeLog(cells, (record) => timers.of(record))
    this.#blocks = new KeySlots((records) => {
      writeRecords(columns, records, timers)
      return columns.take()
    })
  }

  /** Called before a record is changed, in whatever way. */
  own(record: StateRecord): void {
    if (record.slot !== NOT_TOLD) this.#own(record)
  }

  /** Whether the next capture is to tell of the record. */
  isChanged(record: StateRecord): boolean {
    return record.slot === ALONE ? this.alone.isChanged(record) : record.slot >= 0 && this.#blocks.isOwned(record)
  }

  /** The record is one of its window's from now on. */
  place(record: StateRecord): void {
    if (this.#isTold && record.slot === NOT_TOLD) this.#blocks.add(record)
  }

  /** Nothing of the record remains. Answers whether nobody has to know it any more; else it stays until a capture has told that. */
  remove(record: StateRecord): boolean {
    if (record.slot === ALONE) return !this.alone.mustTell
    this.#leaveBlock(record)
    return true
  }

  /** The record leaves memory. Answers the epoch whose capture has to tell what it holds, or -1; it is not told from here. */
  leave(record: StateRecord): number {
    if (record.slot === ALONE) return this.alone.leave(record)
    if (record.slot === NOT_TOLD) return -1
    this.#leaveBlock(record)
    this.#hasAlone = true
    return this.alone.epoch
  }

  /** The record is in memory again, as it left. */
  comeBack(record: StateRecord): void {
    this.tellAlone(record)
    this.alone.comeBack(record)
  }

  /** A capture has told of the record alone, and the next ones do so, too. */
  tellAlone(record: StateRecord): void {
    record.slot = ALONE
    this.#hasAlone = true
  }

  /** Begins a capture: of all records the first time, and of those that changed since the last one afterwards. */
  capture(stored: () => StateRecord[], cold: ColdEntries | undefined): Pick<NodeCapture, 'isWhole' | 'entries'> {
    if (!this.#isTold) for (const record of stored()) if (record.slot === NOT_TOLD) this.#blocks.add(record)
    this.#isTold = true
    const blocks = this.#blocks.capture()
    const alone = this.alone.capture(() => stored().filter(({ slot }) => slot === ALONE), cold)
    const isWhole = alone.isWhole || (blocks.isWhole && !this.#hasAlone)
    return { isWhole, entries: inTurn(blocks.entries, alone.entries) }
  }

  /**
   * Goes on from a checkpoint: `blocks` are those of its entries that hold neighbours, of which `read` makes records, and gives
   * each to `place`. Records may leave when `between` is called. Those that were told alone are there already.
   */
  resume(
    blocks: Iterable<StateEntry>,
    read: (saved: UnpackedColumns, place: (record: StateRecord) => void) => void,
    between: () => void,
  ): void {
    this.alone.begin()
    this.#isTold = true
    this.#blocks.resume(blocks, read, between)
  }

  #own(record: StateRecord): void {
    if (record.slot === ALONE) this.alone.own(record)
    else if (!this.#blocks.isOwned(record)) this.#ownBlock(record)
  }

  #ownBlock(record: StateRecord): void {
    this.#blocks.own(record)
    if (this.#blocks.bytesAround(record) <= LARGE) return
    this.#leaveBlock(record)
    this.tellAlone(record)
    this.alone.adopt(record)
  }

  #leaveBlock(record: StateRecord): void {
    if (record.slot >= 0) this.#blocks.remove(record)
    record.slot = NOT_TOLD
  }
}

function* inTurn(first: Iterable<StateEntry>, then: Iterable<StateEntry>): Generator<StateEntry, void, undefined> {
  yield* first
  yield* then
}
