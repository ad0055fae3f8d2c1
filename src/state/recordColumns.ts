/**
 * Records of a stateful step as columns, a row for each, and back (recordRows.ts). As texts, one by one, each of a million took two
 * microseconds on the way out and three on the way in. A column is there where a row has something else than most:
 *
 *     windows           start, end
 *     keys
 *     created, holds    as in a record, where not all are 0, or Infinity
 *     cells             by the place of each: values; has, where some rows have none (0, else 1); written, where cells live for a time
 *     timers            the first of each row: at, order; count, where not all rows have one; output and hold, where they are others
 *                       than at (NaN where they are not); free, where some hold nothing (1, else 0); family, tag
 *     more, waiting     the other timers, and the elements that wait, as in a record
 *
 * Part of the format: never change what one of these means.
 */
import type { SavedColumn, SavedColumns } from '../core/combine.ts'
import { type AnyCell, DEFAULT_TIMERS } from '../core/stateful.ts'
import type { Timestamp } from '../core/time.ts'
import type { Window } from '../core/window.ts'
import { type CellContents, savedContents } from './cellContents.ts'
import type { SavedTimer, SavedWaiting } from './savedRecord.ts'

/** Timers by slot, as they are set. */
export interface TimersBySlot {
  labelOf(slot: number): { readonly family: string; readonly tag: string }
  atOf(slot: number): Timestamp
  outputOf(slot: number): Timestamp
  holdsOf(slot: number): boolean
  /** Infinity for none. */
  holdOf(slot: number): Timestamp
  orderOf(slot: number): number
}

type Columns = Record<string, SavedColumn>

/**
 * Takes records, each with `row` and what else it has, until `take` gives the columns of all. Arrays serve again for the next
 * records: new ones took half of the time.
 */
export class RecordColumns {
  readonly #cells: readonly AnyCell[]
  #rows = 0
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  readonly #keys: unknown[] = []
  readonly #created = new Exceptions(0)
  readonly #holds = new Exceptions(Number.POSITIVE_INFINITY)
  readonly #columns: readonly CellColumn[]
  readonly #timers = new TimerColumns()
  readonly #more = new Exceptions<readonly SavedTimer[]>([])
  readonly #waiting = new Exceptions<readonly SavedWaiting[]>([])

  constructor(cells: readonly AnyCell[]) {
    this.#cells = cells
    this.#columns = cells.map(() => new CellColumn())
  }

  /** The next record. `expiryHold` is Infinity for none. */
  row({ start, end }: Window, key: unknown, created: number, expiryHold: Timestamp): void {
    const row = this.#rows++
    this.#starts[row] = start
    this.#ends[row] = end
    this.#keys[row] = key
    if (created !== 0) this.#created.set(row, created)
    if (expiryHold !== Number.POSITIVE_INFINITY) this.#holds.set(row, expiryHold)
  }

  /** What its cells hold. */
  contents({ values, written }: CellContents): void {
    for (let at = 0; at < values.length; at++) {
      const contents = values[at]
      if (contents === undefined) continue
      const saved = savedContents(this.#cells[at] as AnyCell, contents)
      const column = this.#columns[at] as CellColumn
      column.set(this.#rows - 1, saved, written === undefined ? undefined : (written[at] as number))
    }
  }

  /** The first of its timers, and how many it has. */
  timer(count: number, timers: TimersBySlot, slot: number): void {
    this.#timers.set(this.#rows - 1, count, timers, slot)
  }

  /** Its other timers. */
  more(timers: readonly SavedTimer[]): void {
    this.#more.set(this.#rows - 1, timers)
  }

  /** Elements that wait for their order. */
  waiting(elements: readonly SavedWaiting[]): void {
    this.#waiting.set(this.#rows - 1, elements)
  }

  /** The columns of all rows, which are good until the next record comes. */
  take(): { readonly rows: number; readonly columns: SavedColumns } {
    const rows = this.#rows
    this.#rows = 0
    const columns: Columns = {
      windows: { start: first(this.#starts, rows), end: first(this.#ends, rows) },
      keys: first(this.#keys, rows),
    }
    const cells: Columns = {}
    for (let at = 0; at < this.#columns.length; at++) this.#columns[at]?.takeInto(cells, `${at}`, rows)
    columns.cells = cells
    this.#created.takeInto(columns, 'created', rows)
    this.#holds.takeInto(columns, 'holds', rows)
    this.#timers.takeInto(columns, 'timers', rows)
    this.#more.takeInto(columns, 'more', rows)
    this.#waiting.takeInto(columns, 'waiting', rows)
    return { rows, columns }
  }
}

/** The first rows of an array that may have had more before. */
function first<V>(values: readonly V[], rows: number): readonly V[] {
  return values.length === rows ? values : values.slice(0, rows)
}

/** Values by row of which most are the usual one. */
class Exceptions<V> {
  readonly #usual: V
  readonly #values: V[] = []
  #rows = 0

  constructor(usual: V) {
    this.#usual = usual
  }

  /** Rows come in their order. */
  set(row: number, value: V): void {
    for (let before = this.#rows; before < row; before++) this.#values[before] = this.#usual
    this.#values[row] = value
    this.#rows = row + 1
  }

  /** Adds a column of so many rows, where one was set, and begins anew. */
  takeInto(columns: Columns, name: string, rows: number): void {
    if (this.#rows === 0) return
    for (let row = this.#rows; row < rows; row++) this.#values[row] = this.#usual
    this.#rows = 0
    columns[name] = first(this.#values, rows)
  }
}

class CellColumn {
  #rows = 0
  readonly #values: unknown[] = []
  readonly #has = new Exceptions(1)
  readonly #written = new Exceptions(0)
  /** In place of a value where there is none: of the same type, as a column of one type is packed as such. */
  #nothing: unknown

  set(row: number, saved: unknown, written: Timestamp | undefined): void {
    if (this.#rows === 0) this.#nothing = nothingLike(saved)
    if (this.#rows < row) this.#leaveOut(row)
    this.#values[row] = saved
    if (written !== undefined) this.#written.set(row, written)
    this.#rows = row + 1
  }

  takeInto(columns: Columns, name: string, rows: number): void {
    if (this.#rows === 0) return
    this.#leaveOut(rows)
    this.#rows = 0
    const column: Columns = { values: first(this.#values, rows) }
    this.#has.takeInto(column, 'has', rows)
    this.#written.takeInto(column, 'written', rows)
    columns[name] = column
  }

  /** Rows before this one that were not set have no such cell. */
  #leaveOut(rows: number): void {
    for (let row = this.#rows; row < rows; row++) {
      this.#values[row] = this.#nothing
      this.#has.set(row, 0)
    }
  }
}

function nothingLike(saved: unknown): unknown {
  if (typeof saved === 'number') return 0
  if (typeof saved === 'string') return ''
  return saved instanceof Uint8Array ? new Uint8Array(0) : null
}

/** The first timers of all rows. */
class TimerColumns {
  #rows = 0
  readonly #at: number[] = []
  readonly #order: number[] = []
  readonly #count = new Exceptions(1)
  readonly #output = new Exceptions(Number.NaN)
  readonly #hold = new Exceptions(Number.NaN)
  readonly #free = new Exceptions(0)
  readonly #family = new Exceptions(DEFAULT_TIMERS)
  readonly #tag = new Exceptions('')

  set(row: number, count: number, timers: TimersBySlot, slot: number): void {
    if (this.#rows < row) this.#leaveOut(row)
    this.#rows = row + 1
    const at = timers.atOf(slot)
    const output = timers.outputOf(slot)
    const hold = timers.holdOf(slot)
    const { family, tag } = timers.labelOf(slot)
    this.#at[row] = at
    this.#order[row] = timers.orderOf(slot)
    if (count !== 1) this.#count.set(row, count)
    if (output !== at) this.#output.set(row, output)
    if (hold !== at) this.#hold.set(row, hold)
    if (!timers.holdsOf(slot)) this.#free.set(row, 1)
    if (family !== DEFAULT_TIMERS) this.#family.set(row, family)
    if (tag !== '') this.#tag.set(row, tag)
  }

  takeInto(columns: Columns, name: string, rows: number): void {
    if (this.#rows === 0) return
    this.#leaveOut(rows)
    this.#rows = 0
    const column: Columns = { at: first(this.#at, rows), order: first(this.#order, rows) }
    this.#count.takeInto(column, 'count', rows)
    this.#output.takeInto(column, 'output', rows)
    this.#hold.takeInto(column, 'hold', rows)
    this.#free.takeInto(column, 'free', rows)
    this.#family.takeInto(column, 'family', rows)
    this.#tag.takeInto(column, 'tag', rows)
    columns[name] = column
  }

  /** Rows before this one that were not set have no timers. */
  #leaveOut(rows: number): void {
    for (let row = this.#rows; row < rows; row++) {
      this.#at[row] = 0
      this.#order[row] = 0
      this.#count.set(row, 0)
    }
  }
}
