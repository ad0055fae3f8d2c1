/** What a stateful step remembers of one (key, window): its cells, its timers, and elements that wait for their order. */
import type { PaneInfo } from '../../core/pane.ts'
import type { Timestamp } from '../../core/time.ts'
import { type CellContents, isEmpty } from '../../state/cellContents.ts'
import type { ColdCopy } from './cold/coldCopy.ts'
import type { StateTable } from './stateTables.ts'
import { NONE, type SetTimer, type TimerLabel, type TimerSlots } from './timerSlots.ts'

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
  readonly timers: readonly SetTimer[]
  /** By timestamp, or the last of the window where that is earlier; undefined for none. */
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

/** The slot of a record that no capture tells of so far, and of one that is told alone. */
export const NOT_TOLD = -1
export const ALONE = -2

export class StateRecord implements CellContents {
  table: StateTable
  key: unknown
  values: unknown[]
  written: number[] | undefined
  /** The slot of its timer while it has one, which is what most records have at most; NONE with none or several. */
  timer: number = NONE
  /** Its place among the records that are saved with their neighbours, or what else becomes of it in captures: see RecordChanges. */
  slot = NOT_TOLD
  /** When its cells came to hold something, where the step is told of expiries: the last tie of D9. */
  created = 0
  /** False while there is nothing to remember: a record that is new, or is kept only for the next checkpoint to delete. */
  isStored = false
  /** What few records have. Kept apart, so that of many records more stay in the processor's caches. */
  #rare: RareParts | undefined = undefined

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
    this.slot = NOT_TOLD
    this.created = 0
    this.#rare = undefined
  }

  /** The slots of its timers by name, where they are several. */
  get timers(): ReadonlyMap<string, number> | undefined {
    return this.#rare?.timers
  }

  get waiting(): Map<Timestamp, readonly WaitingElement[]> | undefined {
    return this.#rare?.waiting
  }

  set waiting(waiting: Map<Timestamp, readonly WaitingElement[]> | undefined) {
    if (waiting || this.#rare) this.#rareParts().waiting = waiting
  }

  /** The hold for the callback of the window's expiry (R86). */
  get expiryHold(): Timestamp | undefined {
    return this.#rare?.expiryHold
  }

  set expiryHold(hold: Timestamp | undefined) {
    if (hold !== undefined || this.#rare) this.#rareParts().expiryHold = hold
  }

  get sweeps(): SweepTimes | undefined {
    return this.#rare?.sweeps
  }

  set sweeps(sweeps: SweepTimes | undefined) {
    if (sweeps || this.#rare) this.#rareParts().sweeps = sweeps
  }

  /** The epoch in which a record that is told alone was changed last; -1 when it is new. */
  get epoch(): number {
    return this.#rare?.epoch ?? -1
  }

  set epoch(epoch: number) {
    this.#rareParts().epoch = epoch
  }

  /** The capture that has read it, likewise. */
  get readBy(): number {
    return this.#rare?.readBy ?? -1
  }

  set readBy(capture: number) {
    this.#rareParts().readBy = capture
  }

  /** What it held when it was captured, where it has changed since and has not been read yet, likewise. */
  get captured(): RecordState | undefined {
    return this.#rare?.captured
  }

  set captured(captured: RecordState | undefined) {
    if (captured || this.#rare) this.#rareParts().captured = captured
  }

  /** What the table of cold records has of it. */
  get copy(): ColdCopy | undefined {
    return this.#rare?.copy
  }

  set copy(copy: ColdCopy | undefined) {
    if (copy || this.#rare) this.#rareParts().copy = copy
  }

  get hasTimers(): boolean {
    return this.timer !== NONE || this.#rare?.timers !== undefined
  }

  get holdsNothing(): boolean {
    if (this.timer !== NONE || !isEmpty(this)) return false
    return this.#rare === undefined || (this.#rare.timers === undefined && this.#rare.waiting === undefined)
  }

  /** Adds a timer, whose name none of the others has. */
  putTimer(slot: number, { name }: TimerLabel, slots: TimerSlots): void {
    const rare = this.#rare
    if (rare?.timers) rare.timers.set(name, slot)
    else if (this.timer === NONE) this.timer = slot
    else {
      this.#rareParts().timers = new Map([
        [slots.labelOf(this.timer).name, this.timer],
        [name, slot],
      ])
      this.timer = NONE
    }
  }

  dropTimer(slot: number, { name }: TimerLabel): void {
    if (this.timer === slot) this.timer = NONE
    const rare = this.#rare
    if (rare?.timers?.delete(name) && rare.timers.size === 0) rare.timers = undefined
  }

  /** Empties all cells. */
  empty(): void {
    for (let at = 0; at < this.values.length; at++) this.values[at] = undefined
    this.written?.fill(0)
  }

  /** What it holds, until it is changed. `timers`: its own. */
  state(timers: readonly SetTimer[]): RecordState {
    const { values, written, waiting, created, expiryHold, isStored } = this
    return { values, written, timers, waiting, created, expiryHold, isStored }
  }

  /** The same for good. What is changed in place from here on is a copy. */
  leaveBehind(timers: readonly SetTimer[], copyOf: (cells: CellContents) => CellContents): RecordState {
    const state = this.state(timers)
    const copy = copyOf(this)
    this.values = copy.values
    this.written = copy.written
    this.waiting = this.waiting && new Map(this.waiting)
    return state
  }

  #rareParts(): RareParts {
    this.#rare ??= {
      timers: undefined,
      waiting: undefined,
      expiryHold: undefined,
      sweeps: undefined,
      epoch: -1,
      readBy: -1,
      captured: undefined,
      copy: undefined,
    }
    return this.#rare
  }
}

interface RareParts {
  timers: Map<string, number> | undefined
  waiting: Map<Timestamp, readonly WaitingElement[]> | undefined
  expiryHold: Timestamp | undefined
  sweeps: SweepTimes | undefined
  epoch: number
  readBy: number
  captured: RecordState | undefined
  copy: ColdCopy | undefined
}
