/** What an author's own window function answers is checked where it is answered, with the element that it was for. */
import { DataflowError, showValue } from '../core/errors.ts'
import { formatTimestamp, type Timestamp } from '../core/time.ts'
import { GLOBAL_WINDOW, type Window } from '../core/window.ts'

/** Throws INVALID_WINDOW unless `window` is [start, end) within the global window and contains `timestamp`. */
export function checkWindow(name: string, window: Window, timestamp: Timestamp, value: unknown): void {
  const { start, end } = window
  const hasBounds = Number.isInteger(start) && Number.isInteger(end)
  if (hasBounds && start <= timestamp && timestamp < end && start >= GLOBAL_WINDOW.start && end <= GLOBAL_WINDOW.end) {
    return
  }
  throw new DataflowError('INVALID_WINDOW', {
    problem:
      `window function "${name}" put ${showValue(value)} at ${formatTimestamp(timestamp)} into ${showWindow(window)}, ` +
      'which is no interval [start, end) of event time that contains it.',
    remedy: 'Answer integer milliseconds with start <= timestamp < end.',
  })
}

/** Throws INVALID_WINDOW unless the windows are in ascending order and all different. */
export function checkOrder(name: string, windows: readonly Window[]): void {
  windows.forEach((window, at) => {
    const before = windows[at - 1]
    if (
      before === undefined ||
      before.start < window.start ||
      (before.start === window.start && before.end < window.end)
    ) {
      return
    }
    throw new DataflowError('INVALID_WINDOW', {
      problem: `window function "${name}" answered ${showWindow(before)} before ${showWindow(window)}.`,
      remedy: 'Answer different windows, by ascending start.',
    })
  })
}

/** A window for messages. */
export function showWindow(window: Window): string {
  return `[${formatTimestamp(window.start)}, ${formatTimestamp(window.end)})`
}
