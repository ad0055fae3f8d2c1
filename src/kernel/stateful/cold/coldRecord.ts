/** A record as it is written where memory has no room for it: what its key in the table does not tell. */
import { canonicalKeyId } from '../../../core/coders/keyCoder.ts'
import { decodeText, encodeText } from '../../../core/coders/valueCoder.ts'
import type { Window } from '../../../core/window.ts'
import {
  type Finite,
  finite,
  infinite,
  ownerIn,
  type RecordOwner,
  type RecordRow,
  recordOf,
  rowOf,
  type SavedRecord,
} from '../../../state/savedRecord.ts'
import type { SweepTimes } from '../stateRecord.ts'
import { bytesOf } from './coldTable.ts'

export interface ColdRecord {
  readonly snapshot: SavedRecord
  readonly sweeps: SweepTimes
  /** That of its copy. */
  readonly number: number
  /** The epoch whose capture is told by the table what the record holds; -1 for none. */
  readonly changedIn: number
}

type Written = readonly [row: RecordRow, event: Finite, processing: Finite, number: number, changedIn: number]

export function encodeColdRecord({ snapshot, sweeps: { event, processing }, number, changedIn }: ColdRecord): string {
  const written: Written = [rowOf(snapshot), finite(event), finite(processing), number, changedIn]
  return encodeText(written)
}

export function decodeColdRecord(text: string, owner: RecordOwner): ColdRecord {
  // What was written is what is read.
  const [row, event, processing, number, changedIn] = decodeText(text) as Written
  const sweeps = { event: infinite(event), processing: infinite(processing) }
  return { snapshot: recordOf(owner, row), sweeps, number, changedIn }
}

/** The identity of window and key: the key of the record's entry in checkpoints, too. */
export function idOf({ start, end }: Window, key: unknown): string {
  return canonicalKeyId([start, end, key])
}

export function ownerOf(id: string): RecordOwner {
  return ownerIn(bytesOf(id))
}
