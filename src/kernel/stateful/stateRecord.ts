/** What a stateful step remembers of one (key, window): its cells, its timers, and elements that wait for their order. */
import type { PaneInfo } from '../../core/pane.ts'
import type { TimerDomain } from '../../core/stateful.ts'
import type { Timestamp } from '../../core/time.ts'
import { type CellContents, isEmpty } from '../../state/cellContents.ts'
import type { StateTable } from './stateTables.ts'

/** What a timer is set to. */
export interface TimerSetting {
  /** Family and tag: a second timer with the same name takes the first one's place (R83). */
  readonly name: string
  readonly family: string
  readonly tag: string
  readonly domain: TimerDomain
  readonly at: Timestamp
  /** The timestamp of what its callback gives. */
  readonly output: Timestamp
  readonly holds: boolean
  /** The watermark hold; Infinity for none (R85). */
  readonly hold: Timestamp
}

/** A timer that is set, or fires. One that is put off to a later time is changed in place. */
export class SetTimer implements TimerSetting {
  readonly record: StateRecord
  name: string
  family: string
  tag: string
  domain: TimerDomain
  at: Timestamp
  output: Timestamp
  holds: boolean
  hold: Timestamp
  /** Place in the order of setting, over the whole step (R84). */
  order: number
  /** False once it has been replaced, cleared or fired. */
  isSet = false
  /** The time at which its queue looks at it: not after `at`. */
  place: Timestamp

  constructor(
    record: StateRecord,
    { name, family, tag, domain, at, output, holds, hold }: TimerSetting,
    order: number,
  ) {
    this.record = record
    this.name = name
    this.family = family
    this.tag = tag
    this.domain = domain
    this.at = at
    this.output = output
    this.holds = holds
    this.hold = hold
    this.order = order
    this.place = at
  }
}

/** An element of time-sorted input that is not yet final (R87). */
export interface WaitingElement {
  readonly value: unknown
  readonly timestamp: Timestamp
  readonly pane: PaneInfo
  readonly isRetraction: boolean
  /** Place in the order of arrival, over the whole step. */
  readonly arrival: number
}

/** What a record holds, as one who captured it may still read it. */
export interface RecordState extends Readonly<CellContents> {
  readonly timers: readonly (TimerSetting & { readonly order: number })[]
  /** By timestamp; undefined for none. */
  readonly waiting: ReadonlyMap<Timestamp, readonly WaitingElement[]> | undefined
  readonly created: number
  readonly expiryHold: Timestamp | undefined
  readonly isStored: boolean
}

/** When to look for cells whose time is over; Infinity where nothing waits for it. */
export interface SweepTimes {
  event: Timestamp
  processing: Timestamp
}

export class StateRecord implements RecordState, CellContents {
  table: StateTable
  key: unknown
  values: unknown[]
  written: number[] | undefined
  /** The epoch in which it was changed last; -1 when it is new. */
  epoch = -1
  /** False while there is nothing to remember: a record that is new, or is kept only for the next checkpoint to delete. */
  isStored = false
  /** The only timer, which most records have at most, or all of several by name. */
  #timer: SetTimer | undefined = undefined
  #timers: Map<string, SetTimer> | undefined = undefined
  waiting: Map<Timestamp, readonly WaitingElement[]> | undefined = undefined
  /** The hold for the callback of the window's expiry (R86). */
  expiryHold: Timestamp | undefined = undefined
  /** When its cells came to hold something: the last tie of D9. */
  created = 0
  sweeps: SweepTimes | undefined = undefined
  /** A timer that has fired, and in which the next one may be set. */
  spare: SetTimer | undefined = undefined
  /** What it held when it was captured, where it has changed since and has not been read yet. */
  captured: RecordState | undefined = undefined
  /** The capture that has read it. */
  readBy = -1

  /** Starts with a copy of the contents' lists. */
  constructor(table: StateTable, key: unknown, { values, written }: CellContents) {
    this.table = table
    this.key = key
    this.values = values.slice()
    this.written = written?.slice()
  }

  /** Stands for another key from now on; it holds nothing. */
  reuse(table: StateTable, key: unknown): void {
    this.table = table
    this.key = key
    this.created = 0
    this.epoch = -1
  }

  get hasTimers(): boolean {
    return this.#timer !== undefined || this.#timers !== undefined
  }

  get holdsNothing(): boolean {
    return !this.hasTimers && this.waiting === undefined && isEmpty(this)
  }

  get timers(): readonly SetTimer[] {
    if (this.#timers) return [...this.#timers.values()]
    return this.#timer ? [this.#timer] : []
  }

  timerOf(name: string): SetTimer | undefined {
    if (this.#timers) return this.#timers.get(name)
    return this.#timer?.name === name ? this.#timer : undefined
  }

  /** True when a hold of the record's own is at the timestamp or before it. */
  isHeldAt(timestamp: Timestamp): boolean {
    if (this.expiryHold !== undefined && this.expiryHold <= timestamp) return true
    if (this.#timer) return this.#timer.hold <= timestamp
    if (this.#timers) for (const { hold } of this.#timers.values()) if (hold <= timestamp) return true
    return false
  }

  /** In place of one with the same name. */
  putTimer(timer: SetTimer): void {
    if (this.#timers) this.#timers.set(timer.name, timer)
    else if (this.#timer === undefined || this.#timer.name === timer.name) this.#timer = timer
    else {
      const first = this.#timer
      this.#timer = undefined
      this.#timers = new Map([
        [first.name, first],
        [timer.name, timer],
      ])
    }
  }

  dropTimer(name: string): void {
    if (this.#timer?.name === name) this.#timer = undefined
    if (this.#timers?.delete(name) && this.#timers.size === 0) this.#timers = undefined
  }

  /** Empties all cells. */
  empty(): void {
    for (let at = 0; at < this.values.length; at++) this.values[at] = undefined
    this.written?.fill(0)
  }

  /** What it holds now. What is changed in place from here on is a copy. */
  leaveBehind(copyOf: (cells: CellContents) => CellContents): RecordState {
    const { values, written, waiting, created, expiryHold, isStored } = this
    const timers = this.timers.map((timer) => ({ ...timer }))
    const copy = copyOf(this)
    this.values = copy.values
    this.written = copy.written
    this.waiting = waiting && new Map(waiting)
    return { values, written, timers, waiting, created, expiryHold, isStored }
  }
}
