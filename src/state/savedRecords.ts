/** What a checkpoint has of a stateful step: records with their neighbours, and records alone. */
import type { StateEntry } from '../core/checkpoint.ts'
import { isBlockKey, savedBlocks } from './blockEntries.ts'
import { RecordRows } from './recordRows.ts'
import { recordIn, type SavedRecord } from './savedRecord.ts'

/** All records, in no order. */
export function* savedRecords(entries: Iterable<StateEntry>): Generator<SavedRecord, void, undefined> {
  const blocks: StateEntry[] = []
  for (const entry of entries) {
    if (isBlockKey(entry.key)) blocks.push(entry)
    else yield recordIn(entry)
  }
  for (const { saved } of savedBlocks(blocks)) {
    if (saved === undefined) continue
    const rows = new RecordRows(saved)
    for (let row = 0; row < rows.count; row++) yield rows.recordOf(row)
  }
}
