/** The counters of one grouping; they always balance (R116). */
import { DROP_REASONS, type DropReason } from '../../core/bundle.ts'
import type { PaneTiming } from '../../core/pane.ts'
import type { GroupAccounting } from '../../core/runner.ts'

export class GroupTally {
  assigned = 0
  emitted = 0
  separators = 0
  lateAccepted = 0
  readonly dropped: Record<DropReason, number> = { late: 0, closed: 0, noWindow: 0, order: 0, partial: 0 }
  readonly panes = { early: 0, onTime: 0, late: 0 }

  /** A pane with `pending` new elements was emitted. */
  pane(timing: PaneTiming, panes = 1): void {
    if (timing === 'EARLY') this.panes.early += panes
    else if (timing === 'LATE') this.panes.late += panes
    else this.panes.onTime += panes
  }

  /** Pairs accepted and neither in a pane nor dropped. */
  get buffered(): number {
    const dropped = DROP_REASONS.reduce((sum, reason) => sum + this.dropped[reason], 0)
    return this.assigned - this.emitted - this.separators - dropped
  }

  accounting(step: string, openWindows: number): GroupAccounting {
    return {
      step,
      assigned: this.assigned,
      emitted: this.emitted,
      dropped: { ...this.dropped },
      separators: this.separators,
      buffered: this.buffered,
      lateAccepted: this.lateAccepted,
      panes: { ...this.panes },
      openWindows,
    }
  }

  save(): TallySnapshot {
    const { assigned, emitted, separators, lateAccepted } = this
    return { assigned, emitted, separators, lateAccepted, dropped: { ...this.dropped }, panes: { ...this.panes } }
  }

  load(saved: TallySnapshot): void {
    this.assigned = saved.assigned
    this.emitted = saved.emitted
    this.separators = saved.separators
    this.lateAccepted = saved.lateAccepted
    Object.assign(this.dropped, saved.dropped)
    Object.assign(this.panes, saved.panes)
  }
}

export interface TallySnapshot {
  readonly assigned: number
  readonly emitted: number
  readonly separators: number
  readonly lateAccepted: number
  readonly dropped: Readonly<Record<DropReason, number>>
  readonly panes: { readonly early: number; readonly onTime: number; readonly late: number }
}
