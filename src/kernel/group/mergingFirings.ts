/**
 * When merging windows fire: on the watermark's way, at deadlines, and when elements have come. A cell has one armed
 * wake-up at a time, re-armed when its end has moved.
 */
import { MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { TriggerMoment } from '../../core/trigger.ts'
import { compareWindows, type Window } from '../../core/window.ts'
import type { RunContext } from '../kernelNode.ts'
import { expire, fireIfReady, type PaneDecision } from './firingCell.ts'
import type { GroupOutput } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import { type KeyCells, type MergingCell, removeCell } from './mergingCells.ts'
import { WakeQueue } from './wakeQueue.ts'

/** Who keeps the keys whose windows fire. */
export interface ChangingKeys {
  /** Called before anything of the key changes. */
  own(owner: KeyCells): void
  /** Called when a window of the key has closed. */
  forgetIfEmpty(owner: KeyCells): void
}

export class MergingFirings {
  /** The input watermark. */
  watermark: Timestamp = MIN_TIMESTAMP
  openWindows = 0
  readonly #group: GroupStrategy
  readonly #context: RunContext
  readonly #output: GroupOutput
  readonly #keys: ChangingKeys
  readonly #wakes = new WakeQueue<MergingCell>()
  readonly #deadlines = new WakeQueue<MergingCell>()
  /** Reused for every question to a trigger. */
  readonly #moment = { window: { start: 0, end: 0 }, watermark: MIN_TIMESTAMP, processingTime: 0, merging: true }

  constructor(group: GroupStrategy, context: RunContext, output: GroupOutput, keys: ChangingKeys) {
    this.#group = group
    this.#context = context
    this.#output = output
    this.#keys = keys
  }

  get nextDeadline(): Timestamp {
    return this.#deadlines.next
  }

  nextDue(after: Timestamp): Timestamp {
    return this.#wakes.nextAfter(after)
  }

  onClock(now: Timestamp, ordinal: number): void {
    this.#output.ordinal = ordinal
    const due: MergingCell[] = []
    while (this.#deadlines.next <= now) due.push(...this.#deadlines.take())
    this.look(due, this.watermark)
    this.#output.advance(this.watermark, ordinal)
  }

  /** R64: stops at each due time on the way, as if the watermark passed every millisecond. */
  advance(watermark: Timestamp, ordinal: number): void {
    if (watermark <= this.watermark) return
    this.#output.ordinal = ordinal
    while (this.#wakes.next <= watermark) {
      const due = this.#wakes.next
      const cells = this.#wakes.take().filter((cell) => this.#isDue(cell, due))
      if (cells.length === 0) continue
      // What was not due before goes downstream first: a later grouping may have something due on the way.
      this.#output.advance(due - 1, ordinal)
      this.watermark = due
      this.look(cells, due - 1)
      this.#output.advance(due, ordinal)
    }
    this.watermark = watermark
    this.#output.advance(watermark, ordinal)
  }

  /** False for a cell that is gone, or whose end has moved on since it was armed: it is armed again. */
  #isDue(cell: MergingCell, due: Timestamp): boolean {
    if (!cell.isOpen || cell.armedAt !== due) return false
    cell.armedAt = Number.POSITIVE_INFINITY
    if (cell.window.end <= due || this.#group.hasEventWakes) return true
    this.#arm(cell, cell.window.end)
    return false
  }

  /** Expires or asks the triggers of these cells, in the order of D9. */
  look(cells: readonly MergingCell[], before: Timestamp): void {
    const ordered =
      cells.length < 2 ? cells : [...cells].sort((a, b) => compareWindows(a.window, b.window) || a.created - b.created)
    for (const cell of ordered) {
      if (!cell.isOpen) continue
      if (this.isExpired(cell.window)) this.#close(cell, before)
      else this.fire(cell, before)
    }
  }

  #close(cell: MergingCell, before: Timestamp): void {
    this.#keys.own(cell.owner)
    const { hold, pending } = cell
    const decision = expire(this.#group, cell, this.watermark, before)
    this.#output.tally.emitted += pending
    if (decision) this.#emit(cell, decision)
    this.#output.holds.move(hold, Number.POSITIVE_INFINITY)
    removeCell(cell)
    this.openWindows--
    this.#keys.forgetIfEmpty(cell.owner)
  }

  /** Asks the cell's trigger, and emits if it fires. */
  fire(cell: MergingCell, before: Timestamp): void {
    this.#keys.own(cell.owner)
    const { hold, pending } = cell
    const firing = fireIfReady(this.#group, cell, this.momentOf(cell.window), before)
    if (firing) {
      this.#output.tally.emitted += pending
      if (firing.emitted) this.#emit(cell, firing.emitted)
      if (!this.#group.keepsContents) cell.accumulator = this.#group.combine.create()
    }
    this.track(cell, hold)
  }

  #emit(cell: MergingCell, decision: PaneDecision): void {
    const value = this.#group.combine.extract(cell.accumulator)
    this.#output.pane(cell.owner.key, cell.window, value, decision, cell.emitted)
    if (this.#group.retracts) cell.emitted = { value, timestamp: decision.timestamp, pane: decision.pane }
  }

  /** Keeps the hold and the wake-ups of a cell as it says they are. */
  track(cell: MergingCell, held: Timestamp): void {
    const { machine, tracksHolds, hasDeadlines, hasEventWakes } = this.#group
    if (tracksHolds) this.#output.holds.move(held, cell.hold)
    const { end } = cell.window
    const next = end > this.watermark ? end : this.#group.expiryOf(cell.window) + 1
    if (cell.armedAt > next) this.#arm(cell, next)
    if (!hasDeadlines) return
    const moment = this.momentOf(cell.window)
    this.#deadlines.add(machine.processingTimeWake(cell.trigger, moment), cell)
    if (!hasEventWakes) return
    const wake = machine.eventTimeWake(cell.trigger, moment)
    if (wake > this.watermark && wake < cell.armedAt) this.#arm(cell, wake)
  }

  #arm(cell: MergingCell, at: Timestamp): void {
    cell.armedAt = at
    this.#wakes.add(at, cell)
  }

  isExpired(window: Window): boolean {
    return this.#group.expiryOf(window) < this.watermark
  }

  momentOf(window: Window): TriggerMoment {
    const moment = this.#moment
    moment.window = window
    moment.watermark = this.watermark
    moment.processingTime = this.#context.now
    return moment
  }
}
