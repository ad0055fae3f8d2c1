/** What RecordColumns gave, row by row. */
import type { SavedColumns } from '../core/combine.ts'
import { type AnyCell, DEFAULT_TIMERS } from '../core/stateful.ts'
import type { Timestamp } from '../core/time.ts'
import { type CellContents, loadedContents, type SavedCell } from './cellContents.ts'
import { finite, type SavedRecord, type SavedTimer, type SavedWaiting } from './savedRecord.ts'
import { fieldsIn, numbersIn, valuesIn } from './savedValues.ts'
import type { UnpackedColumns } from './unpackColumns.ts'

interface CellRows {
  readonly at: number
  readonly values: readonly unknown[]
  readonly has: readonly number[] | undefined
  readonly written: readonly number[] | undefined
}

interface TimerRows {
  readonly at: readonly number[]
  readonly order: readonly number[]
  readonly count: readonly number[] | undefined
  readonly output: readonly number[] | undefined
  readonly hold: readonly number[] | undefined
  readonly free: readonly number[] | undefined
  readonly family: readonly string[] | undefined
  readonly tag: readonly string[] | undefined
}

const NO_TIMERS: readonly SavedTimer[] = []
const NONE_WAITING: readonly SavedWaiting[] = []

/** Throws SNAPSHOT_MISMATCH where columns are missing. */
export class RecordRows {
  readonly count: number
  readonly #starts: readonly number[]
  readonly #ends: readonly number[]
  readonly #keys: readonly unknown[]
  readonly #created: readonly number[] | undefined
  readonly #holds: readonly number[] | undefined
  readonly #cells: readonly CellRows[]
  readonly #timers: TimerRows | undefined
  readonly #more: readonly (readonly SavedTimer[])[] | undefined
  readonly #waiting: readonly (readonly SavedWaiting[])[] | undefined

  constructor({ rows, columns }: UnpackedColumns) {
    const windows = fieldsIn(columns, 'windows')
    this.count = rows
    this.#starts = numbersIn(windows, 'start')
    this.#ends = numbersIn(windows, 'end')
    this.#keys = valuesIn(columns, 'keys')
    this.#created = optional(columns, 'created', numbersIn)
    this.#holds = optional(columns, 'holds', numbersIn)
    this.#cells = cellRows(fieldsIn(columns, 'cells'))
    const timers = optional(columns, 'timers', fieldsIn)
    this.#timers = timers && timerRows(timers)
    // These are as they were given.
    this.#more = optional(columns, 'more', valuesIn) as readonly (readonly SavedTimer[])[] | undefined
    this.#waiting = optional(columns, 'waiting', valuesIn) as readonly (readonly SavedWaiting[])[] | undefined
  }

  startOf(row: number): Timestamp {
    return this.#starts[row] as number
  }

  endOf(row: number): Timestamp {
    return this.#ends[row] as number
  }

  keyOf(row: number): unknown {
    return this.#keys[row]
  }

  createdOf(row: number): number {
    return this.#created === undefined ? 0 : (this.#created[row] as number)
  }

  /** Infinity for none. */
  expiryHoldOf(row: number): Timestamp {
    return this.#holds === undefined ? Number.POSITIVE_INFINITY : (this.#holds[row] as number)
  }

  /** Fills contents that are empty. */
  load(row: number, cells: readonly AnyCell[], contents: CellContents): void {
    for (let column = 0; column < this.#cells.length; column++) {
      const { at, values, has, written } = this.#cells[column] as CellRows
      if (has !== undefined && has[row] !== 1) continue
      contents.values[at] = loadedContents(cells[at] as AnyCell, values[row])
      if (contents.written !== undefined) contents.written[at] = written === undefined ? 0 : (written[row] as number)
    }
  }

  /** By order. */
  timersOf(row: number): readonly SavedTimer[] {
    if (this.#timers === undefined) return NO_TIMERS
    const { at: times, order, count, output, hold, free, family, tag } = this.#timers
    if (count !== undefined && count[row] === 0) return NO_TIMERS
    const at = times[row] as number
    const first: SavedTimer = [
      family === undefined ? DEFAULT_TIMERS : (family[row] as string),
      tag === undefined ? '' : (tag[row] as string),
      at,
      output === undefined ? at : orElse(output[row] as number, at),
      free === undefined || free[row] === 0,
      finite(hold === undefined ? at : orElse(hold[row] as number, at)),
      order[row] as number,
    ]
    return this.#more === undefined ? [first] : [first, ...(this.#more[row] ?? NO_TIMERS)]
  }

  waitingOf(row: number): readonly SavedWaiting[] {
    return this.#waiting?.[row] ?? NONE_WAITING
  }

  /** All of a row. */
  recordOf(row: number): SavedRecord {
    return {
      start: this.startOf(row),
      end: this.endOf(row),
      key: this.keyOf(row),
      created: this.createdOf(row),
      expiryHold: this.expiryHoldOf(row),
      cells: this.#savedCells(row),
      timers: this.timersOf(row),
      waiting: this.waitingOf(row),
    }
  }

  #savedCells(row: number): SavedCell[] {
    return this.#cells.flatMap(({ at, values, has, written }): SavedCell[] => {
      if (has !== undefined && has[row] !== 1) return []
      return [written === undefined ? [at, values[row]] : [at, values[row], written[row] as number]]
    })
  }
}

function orElse(value: number, usual: number): number {
  return Number.isNaN(value) ? usual : value
}

function optional<C>(columns: SavedColumns, name: string, read: (columns: SavedColumns, name: string) => C) {
  return name in columns ? read(columns, name) : undefined
}

function cellRows(columns: SavedColumns): CellRows[] {
  return Object.keys(columns).map((place) => {
    const column = fieldsIn(columns, place)
    return {
      at: Number(place),
      values: valuesIn(column, 'values'),
      has: optional(column, 'has', numbersIn),
      written: optional(column, 'written', numbersIn),
    }
  })
}

function timerRows(timers: SavedColumns): TimerRows {
  return {
    at: numbersIn(timers, 'at'),
    order: numbersIn(timers, 'order'),
    count: optional(timers, 'count', numbersIn),
    output: optional(timers, 'output', numbersIn),
    hold: optional(timers, 'hold', numbersIn),
    free: optional(timers, 'free', numbersIn),
    // These are as they were given.
    family: optional(timers, 'family', valuesIn) as readonly string[] | undefined,
    tag: optional(timers, 'tag', valuesIn) as readonly string[] | undefined,
  }
}
