/** What a sequence driver sends: one pane per window, dropped elements with their reasons, and the output watermark. */
import type { DroppedElement, DropReason, Signal } from '../../core/bundle.ts'
import { LATE, MAIN } from '../../core/node.ts'
import type { PaneInfo } from '../../core/pane.ts'
import type { Timestamp } from '../../core/time.ts'
import { maxTimestamp, type Window } from '../../core/window.ts'
import { behindBy } from '../behindBy.ts'
import { GroupTally } from '../group/groupTally.ts'
import { type Outlet, outletOf, type Ports } from '../outlet.ts'
import type { SequenceElement } from './keySequence.ts'

/** What completed a window. */
export type CompletedBy = 'sequence' | 'bound' | 'end'

/** A sequence window has one pane, which is final. */
const PANES: Readonly<Record<CompletedBy, PaneInfo>> = {
  sequence: onlyPane('sequence'),
  bound: onlyPane('bound'),
  end: onlyPane('end'),
}

export class SequenceOutput {
  readonly tally = new GroupTally()
  /** Step of the log that is being worked on; rows sent carry it. */
  ordinal = 0
  readonly #main: Outlet
  readonly #late: Outlet
  readonly #wait: number

  constructor(ports: Ports, wait: number) {
    this.#main = outletOf(ports, MAIN)
    this.#late = outletOf(ports, LATE)
    this.#wait = wait
  }

  /** True when dropped elements go somewhere, and not only into the counters. */
  get sendsDropped(): boolean {
    return this.#late.isRead
  }

  get watermark(): Timestamp {
    return this.#main.watermark
  }

  pane(key: unknown, window: Window, value: unknown, by: CompletedBy): void {
    this.tally.pane('ON_TIME')
    this.#main.row(value, maxTimestamp(window), key, window, PANES[by], false, this.ordinal)
  }

  /** Counts a dropped element and sends it to `late` with its reason (D11). */
  drop({ value, timestamp, key, pane }: SequenceElement, reason: DropReason): void {
    this.tally.dropped[reason]++
    const element: DroppedElement<unknown> = { element: value, window: undefined, reason }
    this.#late.row(element, timestamp, key, undefined, pane, false, this.ordinal)
  }

  /** R111: the output runs `wait` behind the input, so that no element that waits is behind it. */
  advance(watermark: Timestamp): void {
    const output = behindBy(this.#wait, watermark)
    this.#main.move(output, this.ordinal)
    this.#late.move(output, this.ordinal)
  }

  flush(): void {
    this.#main.flush()
    this.#late.flush()
  }

  signal(signal: Signal): void {
    this.#main.signal(signal)
    this.#late.signal(signal)
  }

  /** After a restore: the watermark that was sent before the snapshot. */
  resumeAt(watermark: Timestamp): void {
    this.#main.watermark = watermark
    this.#late.watermark = watermark
  }
}

function onlyPane(completedBy: CompletedBy): PaneInfo {
  return Object.freeze({
    timing: 'ON_TIME',
    index: 0,
    nonSpeculativeIndex: 0,
    isFirst: true,
    isLast: true,
    completedBy,
  })
}
