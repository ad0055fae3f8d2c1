/** Gives back records as they were saved, each with all that it had: timers, holds, sweeps, and elements that wait. */
import type { NodeRestore, StateEntry } from '../../core/checkpoint.ts'
import type { AnyCell } from '../../core/stateful.ts'
import type { Window } from '../../core/window.ts'
import { isBlockKey } from '../../state/blockEntries.ts'
import type { CellContents } from '../../state/cellContents.ts'
import { RecordRows } from '../../state/recordRows.ts'
import { recordIn, type SavedRecord, type SavedTimer, type SavedWaiting } from '../../state/savedRecord.ts'
import { loadRecord, loadRow, setTimerOf } from './loadRecord.ts'
import type { RecordChanges } from './recordChanges.ts'
import type { StatefulOutput } from './statefulOutput.ts'
import type { StateRecord } from './stateRecord.ts'
import type { StateTable, StateTables } from './stateTables.ts'
import type { Sweeps } from './sweeps.ts'
import type { TimerLabels } from './timerLabels.ts'
import type { TimerTable } from './timerTable.ts'
import type { WaitingQueue } from './waitingQueue.ts'

/** Of the step whose records they are. */
export interface LoaderParts {
  readonly cells: readonly AnyCell[]
  /** What a record holds in which there is nothing. */
  readonly empty: CellContents
  readonly tables: StateTables
  readonly timers: TimerTable
  readonly labels: TimerLabels
  readonly sweeps: Sweeps
  readonly changes: RecordChanges
  readonly output: StatefulOutput
}

export class RecordLoader {
  readonly #parts: LoaderParts
  readonly #open: (window: Window) => StateTable
  readonly #waiting: WaitingQueue

  /** `open` finds or makes the table of a window. */
  constructor(parts: LoaderParts, open: (window: Window) => StateTable, waiting: WaitingQueue) {
    this.#parts = parts
    this.#open = open
    this.#waiting = waiting
  }

  load(snapshot: SavedRecord): StateRecord {
    const table = this.#open({ start: snapshot.start, end: snapshot.end })
    return this.#begin(loadRecord(this.#parts.cells, table, snapshot), snapshot.timers, snapshot.waiting)
  }

  /**
   * What was captured, from which captures go on unless it was migrated. Records that stand alone come first, as they may be more than
   * memory has room for; `between` is called again and again, and may have some leave.
   */
  resume({ entries, isMigrated }: NodeRestore, between: () => void): void {
    const { changes } = this.#parts
    const blocks: StateEntry[] = []
    for (const entry of entries) {
      if (isBlockKey(entry.key)) {
        blocks.push(entry)
        continue
      }
      between()
      const record = this.load(recordIn(entry))
      if (isMigrated) continue
      changes.tellAlone(record)
      record.epoch = 0
    }
    if (isMigrated) return
    const read = (rows: RecordRows, place: (record: StateRecord) => void): void => {
      for (let row = 0; row < rows.count; row++) place(this.#loadRow(rows, row))
    }
    changes.resume(blocks, (saved, place) => read(new RecordRows(saved), place), between)
  }

  #loadRow(rows: RecordRows, row: number): StateRecord {
    const table = this.#open({ start: rows.startOf(row), end: rows.endOf(row) })
    const record = loadRow(this.#parts.cells, table, rows, row, this.#parts.empty)
    return this.#begin(record, rows.timersOf(row), rows.waitingOf(row))
  }

  #begin(record: StateRecord, timers: readonly SavedTimer[], elements: readonly SavedWaiting[]): StateRecord {
    const { tables, output, labels, sweeps } = this.#parts
    tables.stored++
    if (record.expiryHold !== undefined) output.holds.move(Number.POSITIVE_INFINITY, record.expiryHold)
    for (const timer of timers) this.#parts.timers.restore(record, setTimerOf(labels, timer))
    for (const [value, timestamp, pane, isRetraction, arrival] of elements) {
      this.#waiting.restore(record, { value, timestamp, pane, isRetraction, arrival })
    }
    sweeps.plan(record)
    return record
  }
}
