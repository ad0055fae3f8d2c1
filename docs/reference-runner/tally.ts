import { DROP_REASONS, type DropReason } from '../../src/core/bundle.ts'
import type { PaneTiming } from '../../src/core/pane.ts'
import type { GroupAccounting } from '../../src/core/runner.ts'

/** The counters of one grouping while it runs; they always balance (R116). */
export interface Tally {
  assigned: number
  emitted: number
  readonly dropped: Record<DropReason, number>
  separators: number
  lateAccepted: number
  readonly panes: { early: number; onTime: number; late: number }
}

export function newTally(): Tally {
  return {
    assigned: 0,
    emitted: 0,
    dropped: { late: 0, closed: 0, noWindow: 0, order: 0, partial: 0 },
    separators: 0,
    lateAccepted: 0,
    panes: { early: 0, onTime: 0, late: 0 },
  }
}

export function countPane(tally: Tally, timing: PaneTiming | undefined): void {
  if (timing === 'EARLY') tally.panes.early++
  else if (timing === 'LATE') tally.panes.late++
  else tally.panes.onTime++
}

/** What is neither in a pane nor dropped is still buffered. */
export function accountingOf(step: string, tally: Tally, buffered: number, openWindows: number): GroupAccounting {
  const dropped = DROP_REASONS.reduce((sum, reason) => sum + tally.dropped[reason], 0)
  const unaccounted = tally.assigned - tally.emitted - dropped - tally.separators - buffered
  if (unaccounted !== 0) throw new RangeError(`step "${step}": ${unaccounted} elements are unaccounted for (R116)`)
  return { step, ...tally, dropped: { ...tally.dropped }, panes: { ...tally.panes }, buffered, openWindows }
}
