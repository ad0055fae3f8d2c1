import type { Timestamp } from '../core/time.ts'

/** The times of the callback at work. Whoever serves callbacks reads them. */
export interface CallTimes {
  /** Of the element at hand, or what the firing timer's outputs carry. */
  readonly timestamp: Timestamp
  /** What offsets of event time are counted from: the element's timestamp or the firing timer's time. */
  readonly base: Timestamp
  /** What times to live of event time are measured by. */
  readonly eventTime: Timestamp
  readonly processingTime: Timestamp
}
