/** Records as they were saved. */
import type { AnyCell, StatefulSpec } from '../../core/stateful.ts'
import { loadContents } from '../../state/cellContents.ts'
import { infinite, type SavedRecord } from '../../state/savedRecord.ts'
import { StateRecord } from './stateRecord.ts'
import type { StateTable } from './stateTables.ts'
import { labelOf, type SetTimer } from './timerSlots.ts'

/** A record of the table, without its timers and elements that wait. */
export function loadRecord(cells: readonly AnyCell[], table: StateTable, snapshot: SavedRecord): StateRecord {
  const { key, created, expiryHold } = snapshot
  const record = new StateRecord(table, key, loadContents(cells, snapshot.cells))
  record.created = created
  if (expiryHold !== Number.POSITIVE_INFINITY) record.expiryHold = expiryHold
  record.isStored = true
  table.records.set(key, record)
  return record
}

export function timersOf(spec: StatefulSpec, { timers }: SavedRecord): SetTimer[] {
  return timers.map(([family, tag, at, output, holds, hold, order]) => {
    return {
      label: labelOf(family, tag, spec.timers[family] ?? 'event'),
      at,
      output,
      holds,
      hold: infinite(hold),
      order,
    }
  })
}
