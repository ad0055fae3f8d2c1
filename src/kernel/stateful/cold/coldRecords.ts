/**
 * The records of a stateful step that memory has no room for, in a table beside the store: found by key, by window, and by
 * the times of their timers and sweeps; and what is known of changes that captures have yet to tell.
 */
import type { StateEntry } from '../../../core/checkpoint.ts'
import { canonicalKeyId } from '../../../core/coders/keyCoder.ts'
import type { TimerDomain } from '../../../core/stateful.ts'
import type { ScratchTable } from '../../../core/stateStore.ts'
import type { Timestamp } from '../../../core/time.ts'
import type { Window } from '../../../core/window.ts'
import { byteText } from '../../../state/byteText.ts'
import type { RecordSnapshot } from '../recordSnapshot.ts'
import type { SweepTimes } from '../stateRecord.ts'
import { ColdIndex, placeOf } from './coldIndex.ts'
import { type ColdRecord, decodeColdRecord, encodeColdRecord } from './coldRecord.ts'
import { bytesOf, ColdTable } from './coldTable.ts'

/** What each kind of entry begins with. */
const RECORD = 'r'
const CHANGE = 'c'
const TIMERS: Readonly<Record<TimerDomain, string>> = { event: 'te', processing: 'tp' }
const SWEEPS: Readonly<Record<TimerDomain, string>> = { event: 'se', processing: 'sp' }
const ORDER = 'o'

/** The encoding of an array tells its start and its end first: one byte, and two numbers of nine. */
const WINDOW_LENGTH = 19
const GONE = new Uint8Array(0)

type ByDomain = Readonly<Record<TimerDomain, ColdIndex>>

export class ColdRecords {
  /** Records that are here. */
  size = 0
  readonly timers: ByDomain
  readonly sweeps: ByDomain
  readonly #table: ColdTable
  readonly #domainOf: (family: string) => TimerDomain
  /** True where records of a window are asked for in the order in which they were created. */
  readonly #isOrdered: boolean
  #numbers = 0
  /** Records that were removed, of which the next capture is to tell. */
  #gone = 0

  constructor(
    scratch: ScratchTable,
    { path, isOrdered, domainOf }: { path: string; isOrdered: boolean; domainOf: (family: string) => TimerDomain },
  ) {
    this.#table = new ColdTable(scratch, path)
    this.#isOrdered = isOrdered
    this.#domainOf = domainOf
    const both = (prefixes: Readonly<Record<TimerDomain, string>>): ByDomain => ({
      event: new ColdIndex(this.#table, prefixes.event),
      processing: new ColdIndex(this.#table, prefixes.processing),
    })
    this.timers = both(TIMERS)
    this.sweeps = both(SWEEPS)
  }

  /** True where neither a record nor word of one that was removed is here. */
  get isEmpty(): boolean {
    return this.size === 0 && this.#gone === 0
  }

  /** Takes over a record. `changedIn`: the epoch whose capture has yet to tell what it holds now; -1 for none. */
  put(record: Omit<ColdRecord, 'number'>): void {
    const { snapshot, sweeps, changedIn } = record
    const { start, end, key, created, timers } = snapshot
    const id = idOf({ start, end }, key)
    const number = this.#numbers++
    const bytes = encodeColdRecord({ ...record, number })
    this.#table.set(RECORD + id, bytes)
    if (changedIn >= 0) this.#table.set(changeKey(changedIn, id), bytes)
    for (const [family, , at, , , , order] of timers) this.timers[this.#domainOf(family)].add(at, order, id)
    for (const [domain, time] of times(sweeps)) this.sweeps[domain].add(time, number, id)
    if (this.#isOrdered) this.#table.set(orderKey(id, created, number), bytesOf(id))
    this.size++
  }

  /** A record with nothing in it was removed in this epoch, of which its capture has yet to tell. */
  bury(window: Window, key: unknown, epoch: number): void {
    this.#table.set(changeKey(epoch, idOf(window, key)), GONE)
    this.#gone++
  }

  /** Gives a record back, with what its capture has to tell; nothing of it is here any more. Undefined where there is none. */
  take(window: Window, key: unknown, epoch: number): ColdRecord | undefined {
    if (this.isEmpty) return undefined
    const id = idOf(window, key)
    const found = this.size === 0 ? undefined : this.takeId(id, epoch)
    // Whatever comes of the key in this epoch comes of who asked for it.
    if (found === undefined && this.#gone > 0) this.#table.delete(changeKey(epoch, id))
    return found
  }

  /** The same by what an index says. */
  takeId(id: string, epoch: number): ColdRecord | undefined {
    const bytes = this.#table.get(RECORD + id)
    if (bytes === undefined) return undefined
    const record = decodeColdRecord(bytes)
    const { snapshot, sweeps, number, changedIn } = record
    this.#table.delete(RECORD + id)
    if (changedIn === epoch) this.#table.delete(changeKey(epoch, id))
    for (const [family, , at, , , , order] of snapshot.timers) this.timers[this.#domainOf(family)].delete(at, order)
    for (const [domain, time] of times(sweeps)) this.sweeps[domain].delete(time, number)
    if (this.#isOrdered) this.#table.delete(orderKey(id, snapshot.created, number))
    this.size--
    return record
  }

  /** The ids of a window's records, which are taken meanwhile: in the order of creation where that is asked for. */
  *idsOf(window: Window): Generator<string, void, undefined> {
    if (this.size === 0) return
    const prefix = windowOf(idOf(window, undefined))
    if (this.#isOrdered) for (const { value } of this.#table.entries(ORDER + prefix)) yield byteText(value)
    else for (const { key } of this.#table.entries(RECORD + prefix)) yield key.slice(RECORD.length)
  }

  /** Every record, in no order that means anything. */
  *snapshots(): Generator<RecordSnapshot, void, undefined> {
    for (const { value } of this.#table.entries(RECORD)) yield decodeColdRecord(value).snapshot
  }

  /** Every record, for a capture of all. */
  *entries(): Generator<StateEntry, void, undefined> {
    for (const { key, value } of this.#table.entries(RECORD)) {
      yield { key: bytesOf(key.slice(RECORD.length)), value: decodeColdRecord(value).snapshot }
    }
  }

  /** What was changed in an epoch that is over; read once. */
  changes(epoch: number): Iterable<StateEntry> {
    this.#gone = 0
    return this.#changes(changeKey(epoch, ''))
  }

  *#changes(prefix: string): Generator<StateEntry, void, undefined> {
    for (const { key, value } of this.#table.entries(prefix)) {
      this.#table.delete(key)
      const id = key.slice(prefix.length)
      yield { key: bytesOf(id), value: value.length === 0 ? undefined : decodeColdRecord(value).snapshot }
    }
  }
}

/** The identity of window and key: the key of the record's entry in checkpoints, too. */
function idOf({ start, end }: Window, key: unknown): string {
  return canonicalKeyId([start, end, key])
}

function windowOf(id: string): string {
  return id.slice(0, WINDOW_LENGTH)
}

function orderKey(id: string, created: number, number: number): string {
  return ORDER + windowOf(id) + placeOf(created, number)
}

function changeKey(epoch: number, id: string): string {
  return CHANGE + placeOf(epoch, 0) + id
}

function times({ event, processing }: SweepTimes): [TimerDomain, Timestamp][] {
  const all: [TimerDomain, Timestamp][] = [
    ['event', event],
    ['processing', processing],
  ]
  return all.filter(([, time]) => time !== Number.POSITIVE_INFINITY)
}
