/** Records as they were saved. */
import type { AnyCell, StatefulSpec } from '../../core/stateful.ts'
import { loadContents } from '../../state/cellContents.ts'
import type { RecordSnapshot } from './recordSnapshot.ts'
import { StateRecord } from './stateRecord.ts'
import type { StateTable } from './stateTables.ts'
import { labelOf, type SetTimer } from './timerSlots.ts'

/** A record of the table, without its timers and elements that wait. */
export function loadRecord(cells: readonly AnyCell[], table: StateTable, snapshot: RecordSnapshot): StateRecord {
  const { key, created, expiryHold } = snapshot
  const record = new StateRecord(table, key, loadContents(cells, snapshot.cells))
  record.created = created
  if (expiryHold !== Number.POSITIVE_INFINITY) record.expiryHold = expiryHold
  record.isStored = true
  table.records.set(key, record)
  return record
}

export function timersOf(spec: StatefulSpec, { timers }: RecordSnapshot): SetTimer[] {
  return timers.map(([family, tag, at, output, holds, hold, order]) => {
    return { label: labelOf(family, tag, spec.timers[family] ?? 'event'), at, output, holds, hold, order }
  })
}
