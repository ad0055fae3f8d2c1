/** Processing time is injected: no layer below the runners reads the machine's clock. */
import type { Timestamp } from './time.ts'

export interface Clock {
  now(): Timestamp
  /** Asks to be woken when the clock reaches `time`; answers how to take the wish back. */
  wakeAt(time: Timestamp, wake: () => void): () => void
}
