/** When a place in a key's order is final, and what comes before what (R111). */
import type { Row } from '../../src/core/bundle.ts'
import { compareEncoded } from '../../src/core/coders/compareEncoded.ts'
import { GLOBAL_MAX, type Timestamp } from '../../src/core/time.ts'
import type { SequenceWindowFn } from '../../src/core/window.ts'
import type { OpenWindow } from './sequenceCuts.ts'

export interface SequenceOrder {
  /** The smallest watermark at which everything up to the timestamp is known. */
  finalAt(timestamp: Timestamp): Timestamp
  /** Timestamp, the author's tie-break, encoded value; sorting keeps the order of arrival among equals. */
  compareRows(a: Row, b: Row): number
  /** The first timestamp outside the window; Infinity without `atMost`. */
  boundOf(open: OpenWindow): Timestamp
}

export function sequenceOrder({ wait, atMost, compareTies }: SequenceWindowFn<unknown>): SequenceOrder {
  return {
    finalAt: (timestamp) => Math.min(timestamp + wait, GLOBAL_MAX) + 1,
    compareRows: (a, b) =>
      a.timestamp - b.timestamp || (compareTies?.(a.value, b.value) ?? 0) || compareEncoded(a.value, b.value),
    boundOf: ({ rows: [first] }) =>
      first === undefined || atMost === undefined ? Number.POSITIVE_INFINITY : first.timestamp + atMost,
  }
}
