/** What every grouping driver does with its results: panes, withdrawals, dropped rows and the output watermark. */
import type { Bundle, DroppedElement, DropReason, Signal } from '../../core/bundle.ts'
import { LATE, MAIN } from '../../core/node.ts'
import { NO_PANE, type PaneInfo } from '../../core/pane.ts'
import type { Timestamp } from '../../core/time.ts'
import type { Window } from '../../core/window.ts'
import { type Outlet, outletOf, type Ports } from '../outlet.ts'
import type { PaneDecision } from './firingCell.ts'
import { GroupTally, type TallySnapshot } from './groupTally.ts'
import { Holds } from './holds.ts'

/** The addition that a retracting grouping must withdraw before its next pane (R74). */
export interface Emission {
  readonly value: unknown
  readonly timestamp: Timestamp
  readonly pane: PaneInfo
}

/** What a driver saves of its output. */
export interface SavedOutput {
  /** The watermark that was sent last. */
  readonly outputWatermark: Timestamp
  readonly tally: TallySnapshot
}

export class GroupOutput {
  readonly tally = new GroupTally()
  readonly holds = new Holds()
  readonly #main: Outlet
  readonly #late: Outlet
  /** Step of the log that is being worked on; rows sent carry it. */
  ordinal = 0

  constructor(ports: Ports) {
    this.#main = outletOf(ports, MAIN)
    this.#late = outletOf(ports, LATE)
  }

  /** Sends a pane, after the withdrawal of `previous` where there is one. */
  pane(key: unknown, window: Window, value: unknown, decision: PaneDecision, previous?: Emission): void {
    if (previous) this.withdraw(key, window, previous)
    this.tally.pane(decision.pane.timing)
    this.#main.row(value, decision.timestamp, key, window, decision.pane, false, this.ordinal)
  }

  /** Takes back an earlier addition: same value, window, timestamp and pane (R74). */
  withdraw(key: unknown, window: Window, emission: Emission): void {
    this.#main.row(emission.value, emission.timestamp, key, window, emission.pane, true, this.ordinal)
  }

  /** Counts a dropped pair and sends it to `late` with its reason (D11). */
  drop(bundle: Bundle, row: number, window: Window | undefined, reason: DropReason): void {
    this.tally.dropped[reason]++
    if (!this.#late.isRead) return
    const element: DroppedElement<unknown> = { element: bundle.values[row], window, reason }
    const isRetraction = bundle.retractions?.[row] === 1
    const pane = bundle.panes?.[row] ?? NO_PANE
    this.#late.row(
      element,
      bundle.timestamps[row] as number,
      bundle.keys?.[row],
      window,
      pane,
      isRetraction,
      this.ordinal,
    )
  }

  /** Raises the output watermark as far as the live holds allow (R27). */
  advance(watermark: Timestamp, ordinal: number): void {
    const output = Math.min(watermark, this.holds.min)
    this.#main.move(output, ordinal)
    this.#late.move(output, ordinal)
  }

  flush(): void {
    this.#main.flush()
    this.#late.flush()
  }

  signal(signal: Signal): void {
    this.#main.signal(signal)
    this.#late.signal(signal)
  }

  get watermark(): Timestamp {
    return this.#main.watermark
  }

  save(): SavedOutput {
    return { outputWatermark: this.watermark, tally: this.tally.save() }
  }

  load({ outputWatermark, tally }: SavedOutput): void {
    this.#main.watermark = outputWatermark
    this.#late.watermark = outputWatermark
    this.tally.load(tally)
  }
}
