/** Rows as a test expects them: what is left out is not compared. */
import type { Row } from '../core/bundle.ts'
import type { PaneInfo } from '../core/pane.ts'
import type { Window } from '../core/window.ts'
import { sameValue } from './sameValue.ts'
import type { PartialRow } from './showRow.ts'

/** A window in tests: its bounds, for sequence windows with the ordinal, or the window itself. */
export type Bounds = readonly [start: number, end: number] | readonly [start: number, end: number, ordinal: number]

/**
 * What a test says of one row. Fields that are left out are not compared, but for `retraction`: a row that withdraws is
 * never taken for one that adds.
 */
export interface ExpectedRow extends PartialRow {
  readonly value?: unknown
}

/** Fields of a row besides value and window, those of its pane among them. */
export interface RowFields extends Partial<PaneInfo> {
  readonly key?: unknown
  readonly timestamp?: number
}

/** A row with this value: `row(3, { key: 'a', timestamp: 9 })`. */
export function row(value: unknown, fields: RowFields & { readonly window?: Bounds | Window } = {}): ExpectedRow {
  const { key, timestamp, window, ...pane } = fields
  return {
    value,
    ...('key' in fields && { key }),
    ...(timestamp !== undefined && { timestamp }),
    ...(window !== undefined && { window: windowOf(window) }),
    ...(Object.keys(pane).length > 0 && { pane }),
  }
}

/** A pane of this window with this value: `pane([0, 10], 3, { key: 'a', timing: 'ON_TIME', isLast: true })`. */
export function pane(window: Bounds | Window, value: unknown, fields: RowFields = {}): ExpectedRow {
  return row(value, { ...fields, window })
}

/** The withdrawal of an earlier row (R74): `withdrawal(pane([0, 10], 3, { key: 'a' }))`. */
export function withdrawal(of: ExpectedRow): ExpectedRow {
  return { ...of, retraction: true }
}

/** Whether a row is as expected. */
export function matchesRow(actual: Row, expected: ExpectedRow): boolean {
  const { pane, retraction = false, ...fields } = expected
  if (actual.retraction !== retraction) return false
  const hasFields = entriesOf(fields).every(([field, value]) => sameValue(actual[field], value))
  return hasFields && (pane === undefined || hasPane(actual.pane, pane))
}

function hasPane(actual: PaneInfo | undefined, expected: Partial<PaneInfo>): boolean {
  return actual !== undefined && entriesOf(expected).every(([field, value]) => sameValue(actual[field], value))
}

function windowOf(window: Bounds | Window): Window {
  if ('start' in window) return window
  const [start, end, ordinal] = window
  return ordinal === undefined ? { start, end } : { start, end, ordinal }
}

/** The fields that an object literal has; those of its type and no others. */
function entriesOf<T extends object>(object: T): readonly (readonly [keyof T, unknown])[] {
  return Object.entries(object) as [keyof T, unknown][]
}
