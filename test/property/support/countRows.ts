/** Counts the cases that most laws must reach, of those that they name. */
import type { DroppedElement, Row } from '../../../src/core/bundle.ts'
import { type Reached, reach } from './law.ts'

/** Panes by timing, withdrawals, panes that replace others, empty ones, the last of several, and what completed them. */
export function countPanes(reached: Reached, rows: readonly Row[]): void {
  for (const { pane, retraction, value } of rows) {
    reach(reached, retraction ? 'withdrawal' : (pane?.timing ?? 'UNKNOWN'))
    if ((pane?.merging?.replaces.length ?? 0) > 0) reach(reached, 'replacing')
    if (Array.isArray(value) && value.length === 0) reach(reached, 'empty')
    if (pane?.isLast && pane.index > 0) reach(reached, 'several')
    if (pane?.completedBy !== undefined) reach(reached, pane.completedBy)
  }
}

/** Rows of a `late` port by reason, as `dropped late` and so on. */
export function countDrops(reached: Reached, rows: readonly Row[]): void {
  for (const row of rows) reach(reached, `dropped ${droppedOf(row).reason}`)
}

/** What a row of a `late` port holds. */
export function droppedOf(row: Row): DroppedElement<unknown> {
  return row.value as DroppedElement<unknown>
}
