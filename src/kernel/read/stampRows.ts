/** The tight loop of a read: timestamps for a run of values, straight into the columns of the bundle in hand. */
import { isElementTimestamp, type Timestamp } from '../../core/time.ts'
import type { BundleBuffer } from '../bundleBuffer.ts'

/**
 * Appends values [from, to) with the timestamps that `fn` gives, and stops before the first whose timestamp is above
 * `highest` or is none that an element may carry. What `fn` throws passes through; the rows before it are in the bundle.
 */
export function stampRows(
  values: readonly unknown[],
  from: number,
  to: number,
  fn: (value: unknown) => Timestamp,
  highest: Timestamp,
  buffer: BundleBuffer,
): void {
  buffer.reserve(buffer.length + to - from)
  const { values: columns, timestamps } = buffer
  for (let i = from; i < to; i++) {
    const value = values[i]
    const timestamp = fn(value)
    if (timestamp > highest || !isElementTimestamp(timestamp)) return
    const row = buffer.length
    columns[row] = value
    timestamps[row] = timestamp
    buffer.length = row + 1
  }
}
