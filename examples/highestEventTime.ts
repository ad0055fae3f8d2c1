import { MIN_TIMESTAMP, type Timestamp } from '../src/index.ts'

/** A timestamp function that remembers the highest time it answered, for the summary. */
export interface HighestEventTime<T> {
  of(value: T): Timestamp
  highest(): Timestamp
}

/** Reading a row twice answers the same, so the highest time does not depend on retries. */
export function highestEventTime<T>(timestamp: (value: T) => Timestamp): HighestEventTime<T> {
  let highest = MIN_TIMESTAMP
  return {
    of(value) {
      const time = timestamp(value)
      if (time > highest) highest = time
      return time
    },
    highest: () => highest,
  }
}
