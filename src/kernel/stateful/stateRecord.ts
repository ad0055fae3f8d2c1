/** What a stateful step remembers of one (key, window): its cells, its timers, and elements that wait for their order. */
import type { PaneInfo } from '../../core/pane.ts'
import type { TimerDomain } from '../../core/stateful.ts'
import type { Timestamp } from '../../core/time.ts'
import { type CellContents, isEmpty } from '../../state/cellContents.ts'
import type { Editable } from '../../state/stateEditor.ts'
import type { StateTable } from './stateTables.ts'

/** A timer that is set. `order` and `hold` are given when the callback that set it has returned. */
export interface SetTimer {
  readonly kind: 'set'
  /** Family and tag: a second timer with the same name takes the first one's place (R83). */
  readonly name: string
  readonly family: string
  readonly tag: string
  readonly domain: TimerDomain
  readonly at: Timestamp
  /** The timestamp of what its callback gives. */
  readonly output: Timestamp
  readonly holds: boolean
  readonly record: StateRecord
  /** Place in the order of setting, over the whole step (R84). */
  order: number
  /** The watermark hold; Infinity for none (R85). */
  hold: Timestamp
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
export interface RecordState {
  readonly cells: CellContents
  readonly timers: readonly SetTimer[]
  /** By timestamp; undefined for none. */
  readonly waiting: ReadonlyMap<Timestamp, readonly WaitingElement[]> | undefined
  readonly created: number
  readonly expiryHold: Timestamp
  readonly isStored: boolean
}

export class StateRecord implements RecordState, Editable {
  readonly table: StateTable
  readonly key: unknown
  cells: CellContents
  waiting: Map<Timestamp, readonly WaitingElement[]> | undefined = undefined
  /** When its cells came to hold something: the last tie of D9. */
  created = 0
  /** The hold for the callback of the window's expiry; Infinity for none (R86). */
  expiryHold: Timestamp = Number.POSITIVE_INFINITY
  /** False while there is nothing to remember: a record that is new, or is kept only for the next checkpoint to delete. */
  isStored = false
  /** The epoch in which it was changed last; -1 when it is new. */
  epoch = -1
  /** What it held when it was captured, where it has changed since and has not been read yet. */
  captured: RecordState | undefined
  /** The capture that has read it. */
  readBy = -1
  /** When to look for cells whose time is over; Infinity where nothing waits for it. */
  sweepAt: Timestamp = Number.POSITIVE_INFINITY
  deadlineSweepAt: Timestamp = Number.POSITIVE_INFINITY

  constructor(table: StateTable, key: unknown, cells: CellContents) {
    this.table = table
    this.key = key
    this.cells = cells
  }

  /** The only timer, which most records have at most, or all of several by name. */
  #timer: SetTimer | undefined = undefined
  #timers: Map<string, SetTimer> | undefined = undefined

  get holdsNothing(): boolean {
    return this.#timer === undefined && this.#timers === undefined && this.waiting === undefined && isEmpty(this.cells)
  }

  get timers(): readonly SetTimer[] {
    if (this.#timers) return [...this.#timers.values()]
    return this.#timer ? [this.#timer] : []
  }

  timerOf(name: string): SetTimer | undefined {
    if (this.#timers) return this.#timers.get(name)
    return this.#timer?.name === name ? this.#timer : undefined
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

  /** What it holds now. What is changed in place from here on is a copy. */
  leaveBehind(copyOf: (cells: CellContents) => CellContents): RecordState {
    const { cells, timers, waiting, created, expiryHold, isStored } = this
    this.cells = copyOf(cells)
    this.waiting = waiting && new Map(waiting)
    return { cells, timers, waiting, created, expiryHold, isStored }
  }
}
