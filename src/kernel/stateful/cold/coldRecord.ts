/** A record as it is written where memory has no room for it: what its key in the table does not tell. */
import { canonicalKeyId, keyCoder } from '../../../core/coders/keyCoder.ts'
import { decodeText, encodeText } from '../../../core/coders/valueCoder.ts'
import type { Timestamp } from '../../../core/time.ts'
import type { Window } from '../../../core/window.ts'
import type { SavedCell } from '../../../state/cellContents.ts'
import type { RecordSnapshot, SavedTimer, SavedWaiting } from '../recordSnapshot.ts'
import type { SweepTimes } from '../stateRecord.ts'
import { bytesOf } from './coldTable.ts'

export interface ColdRecord {
  readonly snapshot: RecordSnapshot
  readonly sweeps: SweepTimes
  /** That of its copy. */
  readonly number: number
  /** The epoch whose capture is told by the table what the record holds; -1 for none. */
  readonly changedIn: number
}

/** Whose record it is. */
export interface RecordOwner {
  readonly window: Window
  readonly key: unknown
}

/** Infinities are written as null: plain JSON takes a third of the time. */
type Finite = number | null

type Written = readonly [
  created: number,
  expiryHold: Finite,
  cells: readonly SavedCell[],
  timers: readonly (readonly [string, string, Timestamp, Timestamp, boolean, Finite, number])[],
  event: Finite,
  processing: Finite,
  number: number,
  changedIn: number,
]

const NO_ELEMENTS: readonly SavedWaiting[] = []

export function encodeColdRecord({ snapshot, sweeps, number, changedIn }: ColdRecord): string {
  const { created, expiryHold, cells, timers } = snapshot
  const written: Written = [
    created,
    finite(expiryHold),
    cells,
    timers.map(([family, tag, at, output, holds, hold, order]) => [
      family,
      tag,
      at,
      output,
      holds,
      finite(hold),
      order,
    ]),
    finite(sweeps.event),
    finite(sweeps.processing),
    number,
    changedIn,
  ]
  return encodeText(written)
}

export function decodeColdRecord(text: string, { window: { start, end }, key }: RecordOwner): ColdRecord {
  // What was written is what is read.
  const [created, expiryHold, cells, timers, event, processing, number, changedIn] = decodeText(text) as Written
  const snapshot: RecordSnapshot = {
    start,
    end,
    key,
    created,
    expiryHold: infinite(expiryHold),
    cells,
    timers: timers.map(
      ([family, tag, at, output, holds, hold, order]): SavedTimer => [
        family,
        tag,
        at,
        output,
        holds,
        infinite(hold),
        order,
      ],
    ),
    waiting: NO_ELEMENTS,
  }
  return { snapshot, sweeps: { event: infinite(event), processing: infinite(processing) }, number, changedIn }
}

/** The identity of window and key: the key of the record's entry in checkpoints, too. */
export function idOf({ start, end }: Window, key: unknown): string {
  return canonicalKeyId([start, end, key])
}

export function ownerOf(id: string): RecordOwner {
  // An id is what idOf makes.
  const [start, end, key] = keyCoder.decode(bytesOf(id)) as [number, number, unknown]
  return { window: { start, end }, key }
}

function finite(value: number): Finite {
  return value === Number.POSITIVE_INFINITY ? null : value
}

function infinite(value: Finite): number {
  return value ?? Number.POSITIVE_INFINITY
}
