/** Views of what a grouping sent: the last word on each window, what came on time, what was dropped. */
import type { DroppedElement, DropReason, Row } from '../core/bundle.ts'
import { canonicalKeyId } from '../core/coders/keyCoder.ts'
import { LATE } from '../core/node.ts'
import type { RunLog } from '../core/stepLog.ts'
import type { Timestamp } from '../core/time.ts'
import { compareWindows, GLOBAL_WINDOW, type Window, windowId } from '../core/window.ts'
import { rowsOf, type StepRef, stepId } from './rowsOf.ts'

/** The last value of one (key, window). */
export interface FinalValue<T = unknown, K = unknown> {
  readonly key: K
  readonly window: Window
  readonly value: T
}

/**
 * The last value of each (key, window), in the order of windows, then of keys as they first came: what accumulating or
 * retracting panes end with. Windows that were merged into others, and values that were withdrawn, are not there.
 *
 *     finalValues(log, 'perHour') // [{ key: 'a', window: { start: 0, end: 10 }, value: 3 }]
 */
export function finalValues<T = unknown, K = unknown>(log: RunLog, step: StepRef<T, K>): FinalValue<T, K>[] {
  const last = new Map<string, Row>()
  for (const row of rowsOf(log, step)) {
    const id = idOf(row, windowOf(row))
    if (row.retraction) last.delete(id)
    else last.set(id, row)
    for (const merged of row.pane?.merging?.replaces ?? []) last.delete(idOf(row, merged))
  }
  const keys = [...new Set(rowsOf(log, step).map(({ key }) => canonicalKeyId(key)))]
  const place = (row: Row): number => keys.indexOf(canonicalKeyId(row.key))
  return (
    [...last.values()]
      .sort((a, b) => compareWindows(windowOf(a), windowOf(b)) || place(a) - place(b))
      // The log holds values of any type; the step's handle knows which.
      .map((row) => ({ key: row.key as K, window: windowOf(row), value: row.value as T }))
  )
}

/** The panes that came when the watermark passed their window's end. */
export function onTimePanes(log: RunLog, step: StepRef): Row[] {
  return rowsOf(log, step).filter(({ pane, retraction }) => pane?.timing === 'ON_TIME' && !retraction)
}

/** One element that a grouping dropped for one window, and why (D11). */
export interface LateRow<T = unknown> {
  readonly element: T
  readonly key: unknown
  readonly window: Window | undefined
  readonly timestamp: Timestamp
  readonly reason: DropReason
}

/** What a grouping dropped: the rows of its late output. `step` is the grouping. */
export function lateRows(log: RunLog, step: StepRef): LateRow[] {
  return rowsOf(log, `${stepId(step)}:${LATE}`).map(({ value, key, timestamp }) => {
    // The engine fills late outputs with dropped elements only.
    const { element, window, reason } = value as DroppedElement<unknown>
    return { element, key, window, timestamp, reason }
  })
}

function idOf(row: Row, window: Window): string {
  return `${windowId(window)} ${canonicalKeyId(row.key)}`
}

/** Rows that were never windowed stand in the global window. */
function windowOf(row: Row): Window {
  return row.window ?? GLOBAL_WINDOW
}
