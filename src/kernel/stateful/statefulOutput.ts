/** What a stateful step sends: its callbacks' values, dropped and failed elements, and the output watermark. */
import type { DroppedElement, DropReason, Signal } from '../../core/bundle.ts'
import { FAILED, type FailedElement, LATE, MAIN } from '../../core/node.ts'
import { NO_PANE, type PaneInfo } from '../../core/pane.ts'
import type { Timestamp } from '../../core/time.ts'
import type { Window } from '../../core/window.ts'
import { behindBy } from '../behindBy.ts'
import { GroupTally } from '../group/groupTally.ts'
import { Holds } from '../group/holds.ts'
import type { PortSpec } from '../kernelNode.ts'
import { Outlet } from '../outlet.ts'

/** Where an element stands, as its callback and its ports meet it. */
export interface Place {
  readonly timestamp: Timestamp
  readonly key: unknown
  readonly window: Window | undefined
  readonly pane: PaneInfo
  readonly isRetraction: boolean
}

export class StatefulOutput {
  readonly tally = new GroupTally()
  readonly holds = new Holds()
  failures = 0
  /** Step of the log that is being worked on; rows sent carry it. */
  ordinal = 0
  readonly #path: string
  readonly #main: Outlet
  readonly #late: Outlet
  readonly #failed: Outlet | undefined
  readonly #outlets: readonly Outlet[]
  /** How far time-sorted elements wait behind the watermark (R87). */
  readonly #wait: number

  constructor(path: string, ports: Readonly<Record<string, PortSpec>>, wait: number) {
    this.#path = path
    this.#main = new Outlet(ports[MAIN] as PortSpec)
    this.#late = new Outlet(ports[LATE] as PortSpec)
    this.#failed = ports[FAILED] && new Outlet(ports[FAILED])
    this.#outlets = [this.#main, this.#late, ...(this.#failed ? [this.#failed] : [])]
    this.#wait = wait
  }

  /** What a callback gave stays in the one window of its state. */
  row(value: unknown, timestamp: Timestamp, key: unknown, windows: readonly [Window]): void {
    this.#main.row(value, timestamp, key, windows[0], NO_PANE, false, this.ordinal, windows)
  }

  /** Counts a dropped pair and sends it to `late` with its reason (D11). */
  drop(value: unknown, { timestamp, key, window, pane, isRetraction }: Place, reason: DropReason): void {
    this.tally.dropped[reason]++
    const element: DroppedElement<unknown> = { element: value, window, reason }
    this.#late.row(element, timestamp, key, window, pane, isRetraction, this.ordinal)
  }

  fail(value: unknown, { timestamp, key, window, pane, isRetraction }: Place, error: unknown): void {
    this.failures++
    const element: FailedElement<unknown> = { element: value, step: this.#path, error }
    this.#failed?.row(element, timestamp, key, window, pane, isRetraction, this.ordinal)
  }

  /** What the node's own input watermark comes to for who reads its outputs, but for holds. */
  behind(watermark: Timestamp): Timestamp {
    return behindBy(this.#wait, watermark)
  }

  /** Raises the output watermark as far as the live holds allow (R27). */
  advance(watermark: Timestamp): void {
    const sent = this.#main.watermark
    if (watermark <= sent) return
    const output = Math.min(this.behind(watermark), this.holds.min)
    if (output <= sent) return
    for (const outlet of this.#outlets) outlet.move(output, this.ordinal)
  }

  flush(): void {
    for (const outlet of this.#outlets) outlet.flush()
  }

  signal(signal: Signal): void {
    for (const outlet of this.#outlets) outlet.signal(signal)
  }

  get watermark(): Timestamp {
    return this.#main.watermark
  }

  /** After a restore: the watermark that was sent before the snapshot. */
  resumeAt(watermark: Timestamp): void {
    for (const outlet of this.#outlets) outlet.watermark = watermark
  }
}
