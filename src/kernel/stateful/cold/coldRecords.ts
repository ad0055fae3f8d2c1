/**
 * The records of a stateful step that memory has no room for, in a table beside the store: found by key, by window, and by
 * the times of their timers and sweeps; and what is known of changes that captures have yet to tell. What is here of a
 * record that comes back stays until the record leaves with something else, or is forgotten: most work is writing.
 */
import type { StateEntry } from '../../../core/checkpoint.ts'
import type { TimerDomain } from '../../../core/stateful.ts'
import type { ScratchTable } from '../../../core/stateStore.ts'
import type { Window } from '../../../core/window.ts'
import { type RecordOwner, rowOf, type SavedRecord } from '../../../state/savedRecord.ts'
import type { SweepTimes } from '../stateRecord.ts'
import { ColdChanges } from './coldChanges.ts'
import { type ColdCopy, placesOf, plannedSweeps, type TimerPlace } from './coldCopy.ts'
import { ColdIndex, type IndexParts, placeOf } from './coldIndex.ts'
import { decodeColdRecord, encodeColdRecord, idOf, ownerOf } from './coldRecord.ts'
import { bytesOf, ColdTable } from './coldTable.ts'

/** What each kind of entry begins with. */
const RECORD = 'r'
const TIMERS: Readonly<Record<TimerDomain, string>> = { event: 'te', processing: 'tp' }
const SWEEPS: Readonly<Record<TimerDomain, string>> = { event: 'se', processing: 'sp' }
const ORDER = 'o'

/** The encoding of an array tells its start and its end first: one byte, and two numbers of nine. */
const WINDOW_LENGTH = 19

const NO_TIMERS: readonly TimerPlace[] = []

type ByDomain = Readonly<Record<TimerDomain, ColdIndex>>

/** Of the step whose records these are. */
export interface ColdParts {
  readonly path: string
  /** True where records of a window are asked for in the order in which they were created. */
  readonly isOrdered: boolean
  domainOf(family: string): TimerDomain
}

/** A record that comes back, and its copy, which stays. */
export interface FoundRecord {
  readonly snapshot: SavedRecord
  readonly copy: ColdCopy
}

export class ColdRecords {
  readonly timers: ByDomain
  readonly sweeps: ByDomain
  readonly changes: ColdChanges
  readonly #table: ColdTable
  readonly #parts: ColdParts
  /** Copies of which the records are in memory, by their numbers. */
  readonly #warm = new Map<number, ColdCopy>()
  /** Copies that are here. */
  #copies = 0
  #numbers = 0

  constructor(scratch: ScratchTable, parts: ColdParts) {
    this.#table = new ColdTable(scratch, parts.path)
    this.changes = new ColdChanges(this.#table)
    this.#parts = parts
    const both = (
      prefixes: Readonly<Record<TimerDomain, string>>,
      forgotten: (domain: TimerDomain) => IndexParts['onForgotten'],
    ): ByDomain => ({
      event: new ColdIndex(this.#table, prefixes.event, { warm: this.#warm, onForgotten: forgotten('event') }),
      processing: new ColdIndex(this.#table, prefixes.processing, {
        warm: this.#warm,
        onForgotten: forgotten('processing'),
      }),
    })
    this.timers = both(TIMERS, () => (copy, at, order) => {
      copy.isCurrent = false
      copy.timers = copy.timers.filter((place) => place[1] !== at || place[2] !== order)
    })
    this.sweeps = both(SWEEPS, (domain) => (copy) => {
      copy.isCurrent = false
      copy.sweeps = { ...copy.sweeps, [domain]: Number.POSITIVE_INFINITY }
    })
  }

  /** Records that are here and not in memory. */
  get size(): number {
    return this.#copies - this.#warm.size
  }

  /**
   * A record leaves memory, in which `before` was its copy. `changedIn`: the epoch whose capture has yet to tell what it
   * holds now; -1 where none has to, or the copy is told already.
   */
  put(snapshot: SavedRecord, sweeps: SweepTimes, changedIn: number, before: ColdCopy | undefined): void {
    const id = idOf(snapshot, snapshot.key)
    const number = before?.number ?? this.#numbers++
    const told = changedIn >= 0 ? changedIn : (before?.changedIn ?? -1)
    const text = encodeColdRecord({ snapshot, sweeps, number, changedIn: told })
    this.#table.set(RECORD + id, text)
    if (changedIn >= 0) {
      this.changes.removeGone(changedIn, id)
      this.changes.add(changedIn, number, id, text)
    }
    const timers = placesOf(snapshot.timers, this.#parts.domainOf)
    for (const place of missingIn(timers, before?.timers ?? NO_TIMERS)) this.#removeTimer(place)
    for (const place of missingIn(before?.timers ?? NO_TIMERS, timers)) this.#addTimer(place, id, number)
    this.#moveSweeps(before?.sweeps, sweeps, id, number)
    this.#order(before?.created, snapshot.created, id, number)
    if (before === undefined) this.#copies++
    else this.#warm.delete(number)
  }

  /** A record leaves memory as its copy is. */
  keep({ number }: ColdCopy): void {
    this.#warm.delete(number)
  }

  /** A record with nothing in it was removed in this epoch, of which its capture has yet to tell. */
  bury(window: Window, key: unknown, epoch: number): void {
    this.changes.addGone(epoch, idOf(window, key))
  }

  /** The record of a key that has none in memory, which comes back; undefined where there is none. */
  take(window: Window, key: unknown): FoundRecord | undefined {
    if (this.size === 0) return undefined
    return this.#take(idOf(window, key), [window.start, window.end, key])
  }

  /** The same by what an index says; undefined where it is in memory, too. */
  takeId(id: string): FoundRecord | undefined {
    return this.#take(id, ownerOf(id))
  }

  /** The record in memory is about to change in this epoch, of which its capture is told from there. */
  outdate(copy: ColdCopy, epoch: number): void {
    copy.isCurrent = false
    if (copy.changedIn !== epoch) return
    this.changes.remove(epoch, copy.number)
    copy.changedIn = -1
  }

  /** The record in memory is no more: nothing of its copy is here any longer. */
  drop(window: Window, key: unknown, { number, timers, sweeps, created }: ColdCopy): void {
    const id = idOf(window, key)
    this.#table.delete(RECORD + id)
    for (const place of timers) this.#removeTimer(place)
    this.#moveSweeps(sweeps, undefined, id, number)
    this.#order(created, undefined, id, number)
    this.#warm.delete(number)
    this.#copies--
  }

  /** The ids of a window's records, which come back meanwhile: in the order of creation where that is asked for. */
  *idsOf(window: Window): Generator<string, void, undefined> {
    if (this.size === 0) return
    const prefix = windowOf(idOf(window, undefined))
    if (this.#parts.isOrdered) for (const { value } of this.#table.entries(ORDER + prefix)) yield value
    else for (const { key } of this.#table.entries(RECORD + prefix)) yield key.slice(RECORD.length)
  }

  /** Every record that is not in memory, in no order that means anything. */
  *snapshots(): Generator<SavedRecord, void, undefined> {
    for (const { snapshot } of this.#all()) yield snapshot
  }

  /** The same for a capture of all. */
  *entries(): Generator<StateEntry, void, undefined> {
    for (const { id, snapshot } of this.#all()) yield { key: bytesOf(id), value: rowOf(snapshot) }
  }

  *#all(): Generator<{ readonly id: string; readonly snapshot: SavedRecord }, void, undefined> {
    for (const { key, value } of this.#table.entries(RECORD)) {
      const id = key.slice(RECORD.length)
      const { snapshot, number } = decodeColdRecord(value, ownerOf(id))
      if (!this.#warm.has(number)) yield { id, snapshot }
    }
  }

  #take(id: string, owner: RecordOwner): FoundRecord | undefined {
    const text = this.#table.get(RECORD + id)
    if (text === undefined) return undefined
    const { snapshot, sweeps, number, changedIn } = decodeColdRecord(text, owner)
    if (this.#warm.has(number)) return undefined
    const timers = placesOf(snapshot.timers, this.#parts.domainOf)
    const copy: ColdCopy = { number, isCurrent: true, changedIn, timers, sweeps, created: snapshot.created }
    this.#warm.set(number, copy)
    return { snapshot, copy }
  }

  #addTimer([domain, at, order]: TimerPlace, id: string, number: number): void {
    this.timers[domain].add(at, order, id, number)
  }

  #removeTimer([domain, at, order]: TimerPlace): void {
    this.timers[domain].delete(at, order)
  }

  #moveSweeps(before: SweepTimes | undefined, after: SweepTimes | undefined, id: string, number: number): void {
    for (const [domain, time] of before ? plannedSweeps(before) : []) {
      if (after?.[domain] !== time) this.sweeps[domain].delete(time, number)
    }
    for (const [domain, time] of after ? plannedSweeps(after) : []) {
      if (before?.[domain] !== time) this.sweeps[domain].add(time, number, id, number)
    }
  }

  #order(before: number | undefined, after: number | undefined, id: string, number: number): void {
    if (!this.#parts.isOrdered || before === after) return
    if (before !== undefined) this.#table.delete(orderKey(id, before, number))
    if (after !== undefined) this.#table.set(orderKey(id, after, number), id)
  }
}

function windowOf(id: string): string {
  return id.slice(0, WINDOW_LENGTH)
}

function orderKey(id: string, created: number, number: number): string {
  return ORDER + windowOf(id) + placeOf(created, number)
}

/** Timers that are not among others; an order is given once. */
function missingIn(others: readonly TimerPlace[], timers: readonly TimerPlace[]): readonly TimerPlace[] {
  if (others.length === 0 || timers.length === 0) return timers
  const orders = new Set(others.map(([, , order]) => order))
  return timers.filter(([, , order]) => !orders.has(order))
}
