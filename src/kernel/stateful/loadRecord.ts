/** Records as they were saved. */
import type { AnyCell } from '../../core/stateful.ts'
import { type CellContents, loadContents } from '../../state/cellContents.ts'
import type { RecordRows } from '../../state/recordRows.ts'
import { infinite, type SavedRecord, type SavedTimer } from '../../state/savedRecord.ts'
import { StateRecord } from './stateRecord.ts'
import type { StateTable } from './stateTables.ts'
import type { TimerLabels } from './timerLabels.ts'
import type { SetTimer } from './timerSlots.ts'

/** A record of the table, without its timers and elements that wait. */
export function loadRecord(cells: readonly AnyCell[], table: StateTable, snapshot: SavedRecord): StateRecord {
  const { key, created, expiryHold } = snapshot
  return stored(new StateRecord(table, key, loadContents(cells, snapshot.cells)), created, expiryHold)
}

/** The same of a record that was saved with its neighbours. `empty`: what a record holds in which there is nothing. */
export function loadRow(
  cells: readonly AnyCell[],
  table: StateTable,
  rows: RecordRows,
  row: number,
  empty: CellContents,
): StateRecord {
  const record = new StateRecord(table, rows.keyOf(row), empty)
  rows.load(row, cells, record)
  return stored(record, rows.createdOf(row), rows.expiryHoldOf(row))
}

function stored(record: StateRecord, created: number, expiryHold: number): StateRecord {
  record.created = created
  if (expiryHold !== Number.POSITIVE_INFINITY) record.expiryHold = expiryHold
  record.isStored = true
  record.table.records.set(record.key, record)
  return record
}

export function setTimerOf(labels: TimerLabels, [family, tag, at, output, holds, hold, order]: SavedTimer): SetTimer {
  return { label: labels.saved(family, tag), at, output, holds, hold: infinite(hold), order }
}
