import type { Timestamp } from '../core/time.ts'

/** The times of the callback at work. Whoever makes the calls sets them; whoever serves callbacks reads them. */
export interface CallTimes {
  /** Of the element at hand, or what the firing timer's outputs carry. */
  timestamp: Timestamp
  /** What offsets of event time are counted from: the element's timestamp or the firing timer's time. */
  base: Timestamp
  /** What times to live of event time are measured by. */
  eventTime: Timestamp
  processingTime: Timestamp
}
