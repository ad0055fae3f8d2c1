/**
 * What a stateful step saves of one key and window. A checkpoint holds it as a row without names or infinities: JSON carries that
 * as it is. With names, and infinities as tagged values, to go on with a million keys took 1.2 to 1.9 times as long.
 */
import type { StateEntry } from '../core/checkpoint.ts'
import { keyBytes } from '../core/coders/keyBytes.ts'
import { keyCoder } from '../core/coders/keyCoder.ts'
import type { PaneInfo } from '../core/pane.ts'
import type { Timestamp } from '../core/time.ts'
import type { SavedCell } from './cellContents.ts'

/** Infinity is written as null, which JSON carries as it is. */
export type Finite = number | null

/** family, tag, time, output timestamp, whether it holds, its hold (Infinity for none up to format 2), its order. */
export type SavedTimer = readonly [
  family: string,
  tag: string,
  at: Timestamp,
  output: Timestamp,
  holds: boolean,
  hold: Finite,
  order: number,
]

export type SavedWaiting = readonly [
  value: unknown,
  timestamp: Timestamp,
  pane: PaneInfo,
  isRetraction: boolean,
  arrival: number,
]

/** Whose record it is: its window and its key, as they stand in the key of its entry. */
export type RecordOwner = readonly [start: Timestamp, end: Timestamp, key: unknown]

/** `expiryHold` is Infinity where there is none. */
export interface SavedRecord {
  readonly start: Timestamp
  readonly end: Timestamp
  readonly key: unknown
  readonly created: number
  readonly expiryHold: Timestamp
  readonly cells: readonly SavedCell[]
  readonly timers: readonly SavedTimer[]
  readonly waiting: readonly SavedWaiting[]
}

/**
 * A record as it is written; the key of its entry tells window and key. One that has nothing but cells is written as these alone. Part
 * of the format: never change what one of these places means.
 */
export type RecordRow =
  | readonly [cells: readonly SavedCell[]]
  | readonly [
      cells: readonly SavedCell[],
      created: number,
      expiryHold: Finite,
      timers: readonly SavedTimer[],
      waiting: readonly SavedWaiting[],
    ]

export function rowOf({ created, expiryHold, cells, timers, waiting }: SavedRecord): RecordRow {
  const hold = finite(expiryHold)
  const isPlain = created === 0 && hold === null && timers.length === 0 && waiting.length === 0
  return isPlain ? [cells] : [cells, created, hold, timers, waiting]
}

/** The record that `rowOf` was given, whose window and key are those of `owner`. */
export function recordOf([start, end, key]: RecordOwner, row: RecordRow): SavedRecord {
  const [cells, created = 0, hold = null, timers = [], waiting = []] = row
  return { start, end, key, created, expiryHold: infinite(hold), cells, timers, waiting }
}

/** What an entry holds: a row, or the record itself, as in checkpoints up to format 2 and once it has been migrated. */
export function recordIn({ key, value }: StateEntry): SavedRecord {
  const saved = value as RecordRow | SavedRecord // Stateful steps save nothing else.
  return 'cells' in saved ? saved : recordOf(ownerIn(key), saved)
}

/** The key of an entry: keyCoder's encoding of `[start, end, key]`, where `window` is that of `[start, end]`. Throws INVALID_KEY. */
export function entryKey(window: Uint8Array, key: unknown): Uint8Array {
  const more = keyBytes(key)
  const end = window.length - 1
  const bytes = new Uint8Array(window.length + more.length)
  bytes.set(window)
  for (let at = 0; at < more.length; at++) bytes[end + at] = more[at] as number
  bytes[end + more.length] = window[end] as number
  return bytes
}

/** The key of a record's entry. Throws INVALID_KEY. */
export function keyOf({ start, end, key }: SavedRecord): Uint8Array {
  return keyCoder.encode([start, end, key])
}

/** Window and key of an entry. */
export function ownerIn(encoded: Uint8Array): RecordOwner {
  return keyCoder.decode(encoded) as RecordOwner // As `entryKey` made it.
}

export function finite(value: number): Finite {
  return value === Number.POSITIVE_INFINITY ? null : value
}

export function infinite(value: Finite): number {
  return value ?? Number.POSITIVE_INFINITY
}
