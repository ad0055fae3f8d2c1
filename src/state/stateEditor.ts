/**
 * The state of one (key, window) while a callback works on it. One editor serves a node: it is moved from record to
 * record. What callbacks do counts when `commit` says so; `discard` leaves everything as it was before (R118).
 */
import type { AnyCell } from '../core/stateful.ts'
import type { Timestamp } from '../core/time.ts'
import type { CallTimes } from './callTimes.ts'
import { type CellContents, holdsNothing } from './cellContents.ts'
import { stateView } from './cellViews.ts'
import { isSameNumber } from './sameData.ts'
import { TimesToLive } from './timesToLive.ts'
import type { ValueEdit } from './valueEdit.ts'

/** How one kind of cell takes part in an edit. */
export interface CellEdit {
  /** Ends the edit. Throws where it cannot be applied, before any cell of the edit has been. */
  finish(): void
  /** Applies what was finished. */
  commit(): void
  discard(): void
}

/** Told before contents are changed in place: somebody may hold on to them. */
interface Changes {
  own(record: CellContents): void
}

export class StateEditor {
  /** What callbacks are given as state, or one property of it: the value, draft or handle of each cell. */
  readonly view: Readonly<Record<string, unknown>>
  /** What is being done to each value cell; undefined for cells of other kinds. Filled by the view. */
  readonly valueEdits: (ValueEdit | undefined)[] = []
  /** Open drafts in the edit at hand; they must not leave it. */
  openDrafts = 0
  /**
   * What the record at hand holds, by cell, while nothing but that is what a callback is to read: until a cell is drafted or
   * assigned for later. Most state is numbers, and most callbacks read and write nothing else: that is done here. Through the
   * edits of value cells two cells and a timer took 1.2 times as long.
   */
  #plain: unknown[]
  /** Stands for what is not to be read and written as it is. */
  readonly #nothing: unknown[]
  /** Initial values that are numbers and are known, of cells where a number may be written at once. */
  readonly #initials: (number | undefined)[]
  readonly #cells: readonly AnyCell[]
  readonly #ttls: TimesToLive
  readonly #changes: Changes
  /** True where a callback may throw and the node goes on. */
  readonly keepsUndo: boolean
  readonly #undo: (() => void)[] = []
  /** Edits at work, and cells that were written: the first so many of each list. */
  readonly #touched: CellEdit[] = []
  #touches = 0
  readonly #edited: number[] = []
  #edits = 0
  #record: CellContents | undefined
  /** The record at hand, once it may be changed in place. */
  #owned: CellContents | undefined
  readonly #times: CallTimes

  constructor(
    cells: Readonly<Record<string, AnyCell>>,
    times: CallTimes,
    { keepsUndo, changes }: { readonly keepsUndo: boolean; readonly changes: Changes },
  ) {
    this.#times = times
    this.#cells = Object.values(cells)
    this.#ttls = new TimesToLive(this.#cells)
    this.keepsUndo = keepsUndo
    this.#changes = changes
    this.#nothing = this.#cells.map(() => null)
    this.#plain = this.#nothing
    this.#initials = this.#cells.map(() => undefined)
    this.view = stateView(this, cells)
  }

  /** Begins an edit, at the times that the editor was made with. */
  begin(record: CellContents): void {
    this.#record = record
    this.#owned = undefined
    this.#plain = record.written === undefined ? record.values : this.#nothing
  }

  /** The timestamp of the element or timer at hand. */
  get timestamp(): Timestamp {
    return this.#times.timestamp
  }

  /** Applies the edit. Throws DRAFT_ESCAPED where a draft was put into another cell. */
  commit(): void {
    for (let at = 0; at < this.#touches; at++) this.#touched[at]?.finish()
    for (let at = 0; at < this.#touches; at++) this.#touched[at]?.commit()
    for (let at = 0; at < this.#edits; at++) this.#settle(this.#edited[at] as number)
    this.#end()
  }

  /** Takes back what the edit did. */
  discard(): void {
    for (let at = 0; at < this.#touches; at++) this.#touched[at]?.discard()
    for (let at = this.#undo.length - 1; at >= 0; at--) this.#undo[at]?.()
    this.#end()
  }

  /** Whether any cell holds something for whoever reads now. */
  hasState(record: CellContents): boolean {
    const { eventTime, processingTime } = this.#times
    return this.#ttls.canBeRead(record, eventTime, processingTime)
  }

  /** Gives back the room of what nobody can read any more. */
  sweep(record: CellContents, eventTime: Timestamp, processingTime: Timestamp): void {
    const over = this.#ttls.overIn(record, eventTime, processingTime)
    if (over.length > 0) this.#changes.own(record)
    for (const at of over) record.values[at] = undefined
  }

  // ---- for the cells

  touch(edit: CellEdit): void {
    this.#plain = this.#nothing
    this.#touched[this.#touches++] = edit
  }

  /** What the cell holds, for who reads now; undefined when it is empty, or its time is over. */
  contentsOf(at: number): unknown {
    const record = this.#contents()
    const contents = record.values[at]
    if (contents === undefined || record.written === undefined) return contents
    const { eventTime, processingTime } = this.#times
    return this.#ttls.isOver(at, record, eventTime, processingTime) ? undefined : contents
  }

  /** The contents of a cell to be changed in place; `make` where it is empty. */
  edit<C>(at: number, make: () => C): C {
    const contents = this.contentsOf(at)
    if (contents === undefined) {
      const made = make()
      this.put(at, made)
      return made
    }
    this.#ownRecord()
    this.#mark(at, false)
    // Owning may have copied what the cell holds; what a cell holds is what its kind made.
    return this.#contents().values[at] as C
  }

  /** Replaces what the cell holds. */
  put(at: number, contents: unknown): void {
    const record = this.#contents()
    const isNew = this.contentsOf(at) === undefined
    this.#ownRecord()
    if (this.keepsUndo) {
      const before = record.values[at]
      this.undo(() => {
        record.values[at] = before
      })
    }
    this.#mark(at, isNew)
    record.values[at] = contents
  }

  /** The same for a value that need not be taken back: its edit is applied, or nobody goes on after a throw. */
  assign(at: number, contents: unknown): void {
    this.#ownRecord()
    const { values, written } = this.#contents()
    // Only what lives for a time must know which write of the callback is the first.
    if (written !== undefined) this.#mark(at, this.contentsOf(at) === undefined)
    values[at] = contents
  }

  /** What a value cell reads as where that is a number and can be told at once. */
  numberAt(at: number): number | undefined {
    const held = this.#plain[at]
    if (typeof held === 'number') return held
    return held === undefined ? this.#initials[at] : undefined
  }

  /** Writes a number at once, in place of another one, where that is all there is to do; answers whether it did. */
  assignNumber(at: number, value: unknown): boolean {
    const held = this.#plain[at]
    const initial = this.#initials[at]
    if (typeof value !== 'number' || initial === undefined || (typeof held !== 'number' && held !== undefined))
      return false
    this.#ownRecord()
    this.#plain[at] = isSameNumber(value, initial) ? undefined : value
    return true
  }

  /** What an empty cell reads as is known now. */
  initialIs(at: number, value: unknown): void {
    if (typeof value === 'number' && !this.keepsUndo) this.#initials[at] = value
  }

  /** Remembers how to take back a change, where that may be asked for. */
  undo(change: () => void): void {
    if (this.keepsUndo) this.#undo.push(change)
  }

  /** A method, since reading a private accessor is a call into the runtime. */
  #contents(): CellContents {
    if (this.#record === undefined) throw new RangeError('no callback is at work')
    return this.#record
  }

  #ownRecord(): void {
    const record = this.#record
    if (this.#owned === record || record === undefined) return
    this.#owned = record
    const { values } = record
    this.#changes.own(record)
    if (this.#plain === values) this.#plain = record.values
  }

  /** The cell is written: all that a callback writes to it counts as one write (R88, R118). */
  #mark(at: number, isNew: boolean): void {
    for (let edit = 0; edit < this.#edits; edit++) if (this.#edited[edit] === at) return
    this.#edited[this.#edits++] = at
    this.#stamp(at, isNew)
  }

  /** A cell with a time to live is written now. */
  #stamp(at: number, isNew: boolean): void {
    const { written } = this.#contents()
    if (written === undefined) return
    const now = this.#ttls.timeOf(at, this.#times)
    if (now === undefined) return
    const before = written[at] as number
    this.undo(() => {
      const { written: stamps } = this.#contents()
      if (stamps) stamps[at] = before
    })
    written[at] = isNew ? now : Math.max(before, now)
  }

  /** A cell with nothing in it is empty. */
  #settle(at: number): void {
    const { values } = this.#contents()
    const contents = values[at]
    if (contents !== undefined && holdsNothing(this.#cells[at] as AnyCell, contents)) values[at] = undefined
  }

  #end(): void {
    this.#record = undefined
    this.#plain = this.#nothing
    this.#touches = 0
    this.#edits = 0
    if (this.keepsUndo) this.#undo.length = 0
    this.openDrafts = 0
  }
}
