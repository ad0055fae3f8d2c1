/** Rows as short lines, which hold all that a row says: equal rows give equal lines, and a difference can be read. */
import type { Row } from '../../../src/core/bundle.ts'
import { isDataflowError } from '../../../src/core/errors.ts'
import type { PaneInfo } from '../../../src/core/pane.ts'
import type { Window } from '../../../src/core/window.ts'

/**
 * `a [0,10) 12@9 ON_TIME 1/0 first last`: key, window, value at timestamp, timing, index / non-speculative index, and the
 * flags that are set; then lineage, revision and replaced windows. A withdrawal begins with `-`.
 */
export function rowText(row: Row): string {
  const sign = row.retraction ? '-' : ''
  return `${sign}${text(row.key)} ${windowText(row.window)} ${text(row.value)}@${row.timestamp}${paneText(row.pane)}`
}

export function windowText(window: Window | undefined): string {
  if (window === undefined) return 'none'
  const ordinal = window.ordinal === undefined ? '' : `#${window.ordinal}`
  return `[${window.start},${window.end})${ordinal}`
}

function paneText(pane: PaneInfo | undefined): string {
  if (pane === undefined || pane.timing === 'UNKNOWN') return ''
  const flags = `${pane.isFirst ? ' first' : ''}${pane.isLast ? ' last' : ''}`
  const by = pane.completedBy === undefined ? '' : ` by ${pane.completedBy}`
  const { merging } = pane
  const lineage = merging ? ` ${merging.lineage}.${merging.revision} ${merging.replaces.map(windowText).join('')}` : ''
  return ` ${pane.timing} ${pane.index}/${pane.nonSpeculativeIndex}${flags}${by}${lineage}`
}

/** Any value as text; fields in order of name, and an error by its code, as runners may word messages differently. */
export function text(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? JSON.stringify(value) : String(value)
  if (Array.isArray(value)) return `[${value.map(text).join(',')}]`
  if (value instanceof Error) return isDataflowError(value) ? value.code : `${value.name}: ${value.message}`
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, field]) => `${name}:${text(field)}`).join(',')}}`
}
