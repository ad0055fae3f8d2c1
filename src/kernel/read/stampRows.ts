/** The tight loop of a read: timestamps for a run of values, straight into the columns of the bundle in hand. */
import { isElementTimestamp, type Timestamp } from '../../core/time.ts'
import type { BundleBuffer } from '../bundleBuffer.ts'

/** Why a value got no timestamp: what the function threw, or what it answered and no element may carry. */
export type Unstamped = { readonly error: unknown } | { readonly timestamp: unknown }

/** How far a loop has come: one object for all calls of a node. */
export class RowRun {
  /** The first value that the loop has not taken. */
  next = 0
  /** The timestamp above the highest that made the loop stop before `next`; -Infinity where none did. */
  above: Timestamp = Number.NEGATIVE_INFINITY
  /** Why the loop stopped at `next`, where that value got no timestamp. */
  unstamped: Unstamped | undefined = undefined
}

/**
 * Takes values [from, to) with the timestamps that `stamp` gives, up to and including the first above `highest`, and appends
 * what becomes of them to the buffer. Stops at one that gets no timestamp; what came before it is in the buffer. Each value is
 * asked for once. What a step throws passes through.
 */
export type RowLoop = (
  values: readonly unknown[],
  from: number,
  to: number,
  stamp: (value: unknown) => Timestamp,
  highest: Timestamp,
  buffer: BundleBuffer,
  run: RowRun,
) => void

/** The loop of reads that nothing is fused with, for platforms that forbid to generate one. */
export const stampRows: RowLoop = (values, from, to, stamp, highest, buffer, run) => {
  buffer.reserve(buffer.length + to - from)
  const { timestamps } = buffer
  const column = buffer.values === values ? undefined : buffer.values
  let row = buffer.length
  let i = from
  run.unstamped = undefined
  run.above = Number.NEGATIVE_INFINITY
  try {
    for (; i < to; i++) {
      const value = values[i]
      const timestamp = stamp(value)
      if (!isElementTimestamp(timestamp)) {
        run.unstamped = { timestamp }
        break
      }
      if (column !== undefined) column[row] = value
      timestamps[row++] = timestamp
      if (timestamp > highest) {
        run.above = timestamp
        i++
        break
      }
    }
  } catch (error) {
    run.unstamped = { error }
  } finally {
    buffer.length = row
    run.next = i
  }
}
