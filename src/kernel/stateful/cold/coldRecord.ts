/** A record as it is written where memory has no room for it. */
import { valueCoder } from '../../../core/coders/valueCoder.ts'
import type { Timestamp } from '../../../core/time.ts'
import type { SavedCell } from '../../../state/cellContents.ts'
import type { RecordSnapshot, SavedTimer, SavedWaiting } from '../recordSnapshot.ts'
import type { SweepTimes } from '../stateRecord.ts'

export interface ColdRecord {
  readonly snapshot: RecordSnapshot
  readonly sweeps: SweepTimes
  /** Tells it from all others, in indexes whose numbers it may share with them. */
  readonly number: number
  /** The epoch in which it was changed, where the capture of that has yet to tell; else -1. */
  readonly changedIn: number
}

/** Infinities are written as null: plain JSON takes a third of the time. */
type Finite = number | null

type Written = readonly [
  start: Timestamp,
  end: Timestamp,
  key: unknown,
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

export function encodeColdRecord({ snapshot, sweeps, number, changedIn }: ColdRecord): Uint8Array {
  const { start, end, key, created, expiryHold, cells, timers } = snapshot
  const written: Written = [
    start,
    end,
    key,
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
  return valueCoder.encode(written)
}

export function decodeColdRecord(bytes: Uint8Array): ColdRecord {
  // What was written is what is read.
  const [start, end, key, created, expiryHold, cells, timers, event, processing, number, changedIn] = valueCoder.decode(
    bytes,
  ) as Written
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

function finite(value: number): Finite {
  return value === Number.POSITIVE_INFINITY ? null : value
}

function infinite(value: Finite): number {
  return value ?? Number.POSITIVE_INFINITY
}
