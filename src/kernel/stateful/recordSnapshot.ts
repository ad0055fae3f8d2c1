/** Records, and what else a stateful step remembers, as values of their own. */
import type { StateEntry } from '../../core/checkpoint.ts'
import { canonicalKeyId } from '../../core/coders/keyCoder.ts'
import type { AnyCell } from '../../core/stateful.ts'
import type { Timestamp } from '../../core/time.ts'
import { compareWindows, type Window } from '../../core/window.ts'
import { saveContents } from '../../state/cellContents.ts'
import type { RecordColumns } from '../../state/recordColumns.ts'
import {
  entryKey,
  finite,
  rowOf,
  type SavedRecord,
  type SavedTimer,
  type SavedWaiting,
} from '../../state/savedRecord.ts'
import type { TallySnapshot } from '../group/groupTally.ts'
import type { RecordState, StateRecord } from './stateRecord.ts'
import { NONE, type SetTimer } from './timerSlots.ts'
import type { TimerTable } from './timerTable.ts'

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
  return {
    start: window.start,
    end: window.end,
    key: record.key,
    created: state.created,
    expiryHold: state.expiryHold ?? Number.POSITIVE_INFINITY,
    cells: saveContents(cells, state),
    timers: savedTimers(state.timers),
    waiting: savedWaiting(state.waiting),
  }
}

/** Records that are saved together. */
export function writeRecords(columns: RecordColumns, records: readonly StateRecord[], timers: TimerTable): void {
  meet(records, timers)
  for (const record of records) writeRecord(columns, record, timers)
}

/**
 * Looks at something of each record, so that the processor fetches what it needs of several at once: records lie anywhere in memory,
 * and each would wait for four places in turn. To pack a million of them, with a timer each, took 0.58 s instead of 0.85.
 */
function meet(records: readonly StateRecord[], { slots }: TimerTable): number {
  let met = 0
  for (let at = 0; at < records.length; at++) met += (records[at] as StateRecord).values.length
  for (let at = 0; at < records.length; at++) {
    const { values, timer } = records[at] as StateRecord
    if (values[0] !== undefined) met++
    if (timer !== NONE) met += slots.orderOf(timer)
  }
  return met
}

function writeRecord(columns: RecordColumns, record: StateRecord, timers: TimerTable): void {
  const { table, key, created, expiryHold, timer, waiting } = record
  columns.row(table.window, key, created, expiryHold ?? Number.POSITIVE_INFINITY)
  columns.contents(record)
  if (timer !== NONE) columns.timer(1, timers.slots, timer)
  else if (record.timers !== undefined) {
    const all = [...record.timers.values()].sort((a, b) => timers.slots.orderOf(a) - timers.slots.orderOf(b))
    columns.timer(all.length, timers.slots, all[0] as number)
    columns.more(savedTimers(all.slice(1).map((slot) => timers.slots.read(slot))))
  }
  if (waiting !== undefined) columns.waiting(savedWaiting(waiting))
}

/** By order. */
function savedTimers(timers: readonly SetTimer[]): SavedTimer[] {
  const sorted = [...timers].sort((a, b) => a.order - b.order)
  return sorted.map(({ label: { family, tag }, at, output, holds, hold, order }) => {
    return [family, tag, at, output, holds, finite(hold), order]
  })
}

/** In the order of arrival. */
function savedWaiting(waiting: RecordState['waiting']): SavedWaiting[] {
  const sorted = [...(waiting?.values() ?? [])].flat().sort((a, b) => a.arrival - b.arrival)
  return sorted.map(({ value, timestamp, pane, isRetraction, arrival }) => {
    return [value, timestamp, pane, isRetraction, arrival]
  })
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
