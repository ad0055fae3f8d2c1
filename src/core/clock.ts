/** Processing time is injected: no layer below the runners reads the machine's clock. */
import type { Timestamp } from './time.ts'

export interface Clock {
  now(): Timestamp
}
