/** Records, and what else a stateful step remembers, as values of their own. */
import type { StateEntry } from '../../core/checkpoint.ts'
import { canonicalKeyId } from '../../core/coders/keyCoder.ts'
import type { AnyCell } from '../../core/stateful.ts'
import type { Timestamp } from '../../core/time.ts'
import { compareWindows, type Window } from '../../core/window.ts'
import { saveContents } from '../../state/cellContents.ts'
import { entryKey, finite, rowOf, type SavedRecord } from '../../state/savedRecord.ts'
import type { TallySnapshot } from '../group/groupTally.ts'
import type { RecordState, StateRecord } from './stateRecord.ts'

/** What a stateful step remembers beside its records. */
export interface StatefulHead {
  readonly watermark: Timestamp
  readonly outputWatermark: Timestamp
  readonly tally: TallySnapshot
  readonly failures: number
  /** Timers set, records begun and elements made to wait so far: the orders of those to come. */
  readonly orders: number
  readonly created: number
  readonly arrivals: number
  /** Windows that elements came to. */
  readonly windows: readonly Window[]
}

export interface StatefulSnapshot {
  readonly head: StatefulHead
  readonly records: readonly SavedRecord[]
}

export function saveRecord(cells: readonly AnyCell[], record: StateRecord, state: RecordState): SavedRecord {
  const { window } = record.table
  const timers = [...state.timers].sort((a, b) => a.order - b.order)
  const waiting = [...(state.waiting?.values() ?? [])].flat().sort((a, b) => a.arrival - b.arrival)
  return {
    start: window.start,
    end: window.end,
    key: record.key,
    created: state.created,
    expiryHold: state.expiryHold ?? Number.POSITIVE_INFINITY,
    cells: saveContents(cells, state),
    timers: timers.map(({ label: { family, tag }, at, output, holds, hold, order }) => [
      family,
      tag,
      at,
      output,
      holds,
      finite(hold),
      order,
    ]),
    waiting: waiting.map(({ value, timestamp, pane, isRetraction, arrival }) => [
      value,
      timestamp,
      pane,
      isRetraction,
      arrival,
    ]),
  }
}

/** One entry of a checkpoint, by window and key. */
export function entryOf(cells: readonly AnyCell[], record: StateRecord, state: RecordState): StateEntry {
  return {
    key: entryKey(record.table.encoded, record.key),
    value: state.isStored ? rowOf(saveRecord(cells, record, state)) : undefined,
  }
}

/** An order that does not depend on how the records came about. */
export function inOrder(records: readonly SavedRecord[]): SavedRecord[] {
  return records
    .map((record) => ({ record, id: canonicalKeyId(record.key) }))
    .sort((a, b) => compareWindows(a.record, b.record) || (a.id < b.id ? -1 : 1))
    .map(({ record }) => record)
}
