/** The tight loop of a read: timestamps for a run of values, straight into the columns of the bundle in hand. */
import { isElementTimestamp, type Timestamp } from '../../core/time.ts'
import type { BundleBuffer } from '../bundleBuffer.ts'

/** Why a value got no timestamp: what the function threw, or what it answered and no element may carry. */
export type Unstamped = { readonly error: unknown } | { readonly timestamp: unknown }

/**
 * Appends values [from, to) with the timestamps that `fn` gives, up to and including the first above `highest`. Stops at one
 * that gets none and answers why; the rows before it are in the bundle. Each value is asked for once.
 */
export function stampRows(
  values: readonly unknown[],
  from: number,
  to: number,
  fn: (value: unknown) => Timestamp,
  highest: Timestamp,
  buffer: BundleBuffer,
): Unstamped | undefined {
  buffer.reserve(buffer.length + to - from)
  const { timestamps } = buffer
  // A lent array is the column already, until an element before these was left out.
  if (buffer.values === values && buffer.length !== from) buffer.giveBack()
  const column = buffer.values === values ? undefined : buffer.values
  let row = buffer.length
  try {
    for (let i = from; i < to; i++) {
      const value = values[i]
      const timestamp = fn(value)
      if (!isElementTimestamp(timestamp)) return { timestamp }
      if (column !== undefined) column[row] = value
      timestamps[row++] = timestamp
      if (timestamp > highest) return undefined
    }
    return undefined
  } catch (error) {
    return { error }
  } finally {
    buffer.length = row
  }
}
