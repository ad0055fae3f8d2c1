/** Rows as short lines, for messages: small times as numbers, times of the calendar as ISO text. */
import type { Row } from '../core/bundle.ts'
import { isDataflowError, showValue } from '../core/errors.ts'
import type { PaneInfo } from '../core/pane.ts'
import { formatTimestamp, GLOBAL_MAX, type Timestamp } from '../core/time.ts'
import { GLOBAL_WINDOW, type Window } from '../core/window.ts'

/** A row of which only some fields may be known. */
export interface PartialRow extends Partial<Omit<Row, 'pane'>> {
  readonly pane?: Partial<PaneInfo> | undefined
}

/** Below this, times are taken for small numbers made up for a test. */
const CALENDAR_BEGINS = 100_000_000

/**
 * What is known of a row: `a [0,10) 12 @9 ON_TIME 1/0 first last`: key, window, value, timestamp, timing, index /
 * non-speculative index, and the flags that are set. A withdrawal begins with `-`.
 */
export function showRow(row: PartialRow): string {
  const parts = [
    row.key === undefined ? '' : showValue(row.key),
    row.window === undefined ? '' : showWindow(row.window),
    'value' in row ? showError(row.value) : '',
    row.timestamp === undefined ? '' : `@${showTime(row.timestamp)}`,
    row.pane === undefined ? '' : showPane(row.pane),
  ]
  return `${row.retraction ? '-' : ''}${parts.filter((part) => part !== '').join(' ')}`
}

/** `[0,10)`, with `#` and the ordinal for windows of a sequence. */
export function showWindow(window: Window): string {
  const { start, end, ordinal } = window
  if (start === GLOBAL_WINDOW.start && end === GLOBAL_WINDOW.end) return 'global'
  return `[${showTime(start)},${showTime(end)})${ordinal === undefined ? '' : `#${ordinal}`}`
}

export function showTime(time: Timestamp): string {
  if (time === GLOBAL_MAX) return 'end of global window'
  return Math.abs(time) < CALENDAR_BEGINS ? String(time) : formatTimestamp(time)
}

function showPane(pane: Partial<PaneInfo>): string {
  const { timing, index, nonSpeculativeIndex, isFirst, isLast, completedBy, merging } = pane
  if (timing === 'UNKNOWN') return ''
  // Of a whole pane only the flags that are set are shown.
  const isWhole = isFirst !== undefined && isLast !== undefined
  const flag = (name: string, isSet: boolean | undefined): string =>
    isSet === undefined || (isWhole && !isSet) ? '' : isSet ? name : `not ${name}`
  const indexes = [index, nonSpeculativeIndex].map((number) => number ?? '?').join('/')
  const replaced = merging?.replaces.map(showWindow).join(' ') ?? ''
  const parts = [
    timing ?? '',
    index === undefined && nonSpeculativeIndex === undefined ? '' : indexes,
    flag('first', isFirst),
    flag('last', isLast),
    completedBy === undefined ? '' : `by ${completedBy}`,
    replaced === '' ? '' : `replaces ${replaced}`,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

/** An error in a failed row says more by its message than by its fields. */
function showError(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('error' in value)) return showValue(value)
  const { error } = value
  const text = isDataflowError(error) ? error.code : error instanceof Error ? error.message : showValue(error)
  return showValue({ ...value, error: text })
}
