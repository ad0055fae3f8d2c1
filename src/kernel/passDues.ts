/** A watermark move passes every millisecond through the whole plan where branches meet (R64). */
import type { Timestamp } from '../core/time.ts'
import type { Meetings } from './kernelNode.ts'

/** Calls `stopAt` for every stop on the way from one watermark to another: before each due time, at it, and at the end. */
export function passDues(
  meetings: Meetings,
  from: Timestamp,
  to: Timestamp,
  stopAt: (watermark: Timestamp) => void,
): void {
  let passed = from
  for (let due = meetings.nextDue(passed); due < to; due = meetings.nextDue(passed)) {
    // What is not due yet comes first on every way, or a branch that holds nothing back would lag behind the others.
    if (due - 1 > passed) stopAt(due - 1)
    stopAt(due)
    passed = due
  }
  if (to - 1 > passed && meetings.nextDue(passed) === to) stopAt(to - 1)
  stopAt(to)
}
