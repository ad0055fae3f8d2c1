/** Windows of a timestamp by looking at every millisecond: no arithmetic that could share a mistake with the engine. */
import type { Timestamp } from '../../../src/core/time.ts'
import { GLOBAL_WINDOW, type Window } from '../../../src/core/window.ts'
import type { WindowDescription } from '../../../src/testing/arbitraries/windowDescriptions.ts'

/** The windows of an element, in ascending order of start; for a session, the one that the element alone would have. */
export function windowsContaining(description: WindowDescription, timestamp: Timestamp): Window[] {
  switch (description.kind) {
    case 'global':
      return [GLOBAL_WINDOW]
    case 'session':
      return [{ start: timestamp, end: timestamp + description.gap }]
    case 'tumbling':
      return startsOf(description.size, description.size, description.offset, timestamp)
    case 'sliding':
      return startsOf(description.size, description.period, description.offset, timestamp)
    default:
      throw new RangeError(`${description.kind} windows are not assigned to one element`)
  }
}

function startsOf(size: number, period: number, offset: number, timestamp: Timestamp): Window[] {
  const windows: Window[] = []
  for (let start = timestamp - size + 1; start <= timestamp; start++) {
    // Periods from a start far before all timestamps, so that no remainder is negative.
    if ((start - offset + 1000 * period) % period === 0) windows.push({ start, end: start + size })
  }
  return windows
}
