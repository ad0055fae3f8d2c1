/**
 * Keeps no more records in memory than agreed. Those that have not changed since the last capture leave first, then those
 * that changed first; they come back when their key, a timer, a sweep or the end of their window asks for them.
 */
import type { AnyCell, StatefulSpec, TimerDomain } from '../../core/stateful.ts'
import type { ScratchTable } from '../../core/stateStore.ts'
import type { Timestamp } from '../../core/time.ts'
import { ColdRecords, type FoundRecord } from './cold/coldRecords.ts'
import { loadRecord, setTimerOf } from './loadRecord.ts'
import type { RecordChanges } from './recordChanges.ts'
import { saveRecord } from './recordSnapshot.ts'
import type { StateRecord, SweepTimes } from './stateRecord.ts'
import type { StateTable, StateTables } from './stateTables.ts'
import type { Sweeps } from './sweeps.ts'
import type { TimerLabels } from './timerLabels.ts'
import type { TimerTable } from './timerTable.ts'

/** Records that are looked at for each that is to leave, before those leave that have changed. */
const LOOKS = 8

/** Sweeps for which records come back together. */
const SWEPT_TOGETHER = 256

const NEVER: SweepTimes = { event: Number.POSITIVE_INFINITY, processing: Number.POSITIVE_INFINITY }

/** What holds the records while they are in memory. */
export interface WarmParts {
  readonly path: string
  readonly spec: StatefulSpec
  readonly cells: readonly AnyCell[]
  readonly tables: StateTables
  readonly timers: TimerTable
  readonly labels: TimerLabels
  readonly changes: RecordChanges
  readonly sweeps: Sweeps
}

/** Called by each stateful step that holds records. */
export type OpenOverflow = (warm: WarmParts) => Overflow

/** Steps keep so many keys each in memory, 1 or more. They share the table, in which each puts its path before its keys. */
export function overflowInto(scratch: ScratchTable, keysInMemory: number): OpenOverflow {
  return (warm) => new Overflow(warm, scratch, keysInMemory)
}

export class Overflow {
  readonly cold: ColdRecords
  readonly #warm: WarmParts
  /** Records in memory at most. */
  readonly #most: number
  /**
   * Goes round all records, and starts again; undefined while there is room for more. One that stands still would keep every table
   * that the map has outgrown since, with all that was in it.
   */
  #hand: Iterator<StateRecord> | undefined

  constructor(warm: WarmParts, scratch: ScratchTable, keysInMemory: number) {
    const { path, spec, timers, changes } = warm
    const domainOf = (family: string): TimerDomain => spec.timers[family] ?? 'event'
    this.cold = new ColdRecords(scratch, { path, isOrdered: spec.onWindowExpiration !== undefined, domainOf })
    this.#warm = warm
    this.#most = keysInMemory
    timers.cold = { timers: this.cold.timers, recall: (id) => this.#recall(id) }
    changes.alone.onChange = ({ copy }) => copy && this.cold.outdate(copy, changes.alone.epoch)
  }

  /** Lets records leave where there are too many. No callback is at work, and nobody holds a record. */
  trim(): void {
    const { tables, changes } = this.#warm
    if (tables.stored < this.#most) this.#hand = undefined
    const { alone } = changes
    const excess = Math.max(tables.stored, alone.size) - this.#most
    if (excess <= 0) return
    this.#ready()
    for (let visits = LOOKS * (excess + 1); visits > 0 && tables.stored > this.#most; visits--) {
      const record = this.#next()
      if (record?.isStored && !changes.isChanged(record)) this.#evict(record)
    }
    for (let visits = alone.size; visits > 0 && !this.#isEnough; visits--) this.#evict(alone.takeOldest())
    for (let visits = 2 * tables.stored; visits > 0 && tables.stored > this.#most; visits--) {
      const record = this.#next()
      if (record?.isStored) this.#evict(record)
    }
  }

  /** The record of a key that has none in memory, if it is cold. */
  find({ window }: StateTable, key: unknown): StateRecord | undefined {
    if (this.cold.size === 0) return undefined
    this.#ready()
    const found = this.cold.take(window, key)
    return found && this.#revive(found)
  }

  /**
   * All records of a window, one after the other, each of which is forgotten before the next; in the order in which they
   * were created where the step is told of expiries. Undefined where all of them are in memory.
   */
  allOf(table: StateTable): Iterable<StateRecord> | undefined {
    if (this.cold.size === 0) return undefined
    this.#ready()
    for (const record of table.records.values()) if (record.isStored) this.#evict(record)
    return this.#allOf(table)
  }

  /** Brings back some records that are to be swept by now; answers whether there were any. */
  recallSwept(domain: TimerDomain, until: Timestamp): boolean {
    const index = this.cold.sweeps[domain]
    if (index.next > until) return false
    this.trim()
    for (let left = SWEPT_TOGETHER; left > 0; left--) {
      const { first } = index
      if (first === undefined || first.first > until) break
      this.#recall(first.id)
    }
    return true
  }

  *#allOf({ window }: StateTable): Generator<StateRecord, void, undefined> {
    for (const id of this.cold.idsOf(window)) {
      const found = this.cold.takeId(id)
      if (found === undefined) continue
      yield this.#revive(found)
      this.trim()
    }
  }

  get #isEnough(): boolean {
    const { tables, changes } = this.#warm
    return tables.stored <= this.#most && changes.alone.size <= this.#most
  }

  /** The record that the hand comes to; undefined where it has come round. */
  #next(): StateRecord | undefined {
    this.#hand ??= walk(this.#warm.tables)
    const { value, done } = this.#hand.next()
    if (done) this.#hand = undefined
    return value ?? undefined
  }

  #evict(record: StateRecord | undefined): void {
    if (record === undefined) return
    const { cells, tables, timers, changes, sweeps } = this.#warm
    if (record.waiting !== undefined) {
      changes.alone.keep(record)
      return
    }
    const { table, key, copy } = record
    const changedIn = changes.leave(record)
    table.records.delete(key)
    if (!record.isStored) {
      if (changedIn >= 0) this.cold.bury(table.window, key, changedIn)
      return
    }
    const held = timers.detach(record)
    const planned = record.sweeps ?? NEVER
    if (copy?.isCurrent && isSame(planned, copy.sweeps)) this.cold.keep(copy)
    else this.cold.put(saveRecord(cells, record, record.state(held)), planned, changedIn, copy)
    sweeps.forget(record)
    tables.stored--
  }

  #recall(id: string): void {
    this.#ready()
    const found = this.cold.takeId(id)
    if (found === undefined) throw new RangeError('an index names a record that is not there')
    this.#revive(found)
  }

  #revive({ snapshot, copy }: FoundRecord): StateRecord {
    const { cells, tables, timers, labels, changes, sweeps } = this.#warm
    const { start, end } = snapshot
    const table = tables.find({ start, end })
    if (table === undefined) throw new RangeError('a cold record is of a window that is not open')
    const record = loadRecord(cells, table, snapshot)
    tables.stored++
    record.copy = copy
    changes.comeBack(record)
    for (const timer of snapshot.timers) timers.attach(record, setTimerOf(labels, timer))
    sweeps.restore(record, copy.sweeps)
    return record
  }

  /** Nothing of the record remains. */
  forget(record: StateRecord): void {
    const { table, key, copy } = record
    if (copy === undefined) return
    this.cold.drop(table.window, key, copy)
    record.copy = undefined
  }

  /** A capture of everything that is still being read must not miss what comes and goes. */
  #ready(): void {
    const { alone } = this.#warm.changes
    if (alone.isReadingAll) alone.readAhead()
  }
}

function isSame(a: SweepTimes, b: SweepTimes): boolean {
  return a.event === b.event && a.processing === b.processing
}

function* walk(tables: StateTables): Generator<StateRecord, void, undefined> {
  for (const table of tables.sorted()) yield* table.records.each()
}
