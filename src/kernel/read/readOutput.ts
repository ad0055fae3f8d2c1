/**
 * What leaves a read: rows, failed rows and watermark moves. Where the plan's branches meet again a move goes by way of
 * every due time of every node, and each stop runs through the whole plan before the next (R64).
 */
import type { Signal } from '../../core/bundle.ts'
import { FAILED, type FailedElement, MAIN } from '../../core/node.ts'
import { NO_PANE } from '../../core/pane.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { BundleBuffer } from '../bundleBuffer.ts'
import type { Meetings, RunContext } from '../kernelNode.ts'
import { type Outlet, outletOf, type Ports } from '../outlet.ts'
import { passDues } from '../passDues.ts'

export class ReadOutput {
  readonly #context: RunContext
  readonly #main: Outlet
  readonly #failed: Outlet
  /** The smallest timestamp among rows not yet sent: nothing new can be due before it. */
  #leastPending = Number.POSITIVE_INFINITY

  constructor(ports: Ports, context: RunContext) {
    this.#context = context
    this.#main = outletOf(ports, MAIN)
    this.#failed = outletOf(ports, FAILED)
  }

  /** The bundle in hand, for a loop that fills it itself; undefined where rows need ordinals or nobody reads them. */
  get openBundle(): BundleBuffer | undefined {
    return this.#context.usesOrdinals ? undefined : this.#main.openBundle
  }

  startBundle(atomic: boolean): void {
    this.#main.startBundle(atomic)
    this.#failed.startBundle(atomic)
  }

  row(value: unknown, timestamp: Timestamp, ordinal: number): void {
    if (timestamp < this.#leastPending) this.#leastPending = timestamp
    this.#main.plainRow(value, timestamp, ordinal)
  }

  failedRow(failed: FailedElement<unknown>): void {
    this.#failed.row(failed, MIN_TIMESTAMP, undefined, undefined, NO_PANE, false, ++this.#context.ordinal)
  }

  signal(signal: Signal): void {
    this.#main.signal(signal)
    this.#failed.signal(signal)
  }

  moveTo(to: Timestamp): void {
    const { meetings } = this.#context
    if (meetings === undefined || !this.#mayMeet(meetings, to)) {
      this.#move(to)
      return
    }
    this.#cut(meetings)
    passDues(meetings, this.#main.watermark, to, (watermark) => {
      this.#move(watermark)
      this.#cut(meetings)
    })
  }

  flush(): void {
    this.#leastPending = Number.POSITIVE_INFINITY
    this.#main.flush()
    this.#failed.flush()
  }

  /** After a restore: the watermark that was sent before the snapshot. */
  resumeAt(watermark: Timestamp): void {
    this.#main.watermark = watermark
    this.#failed.watermark = watermark
  }

  /** Whether anything can be due on the way: in a node, or from a row that has not been sent. */
  #mayMeet(meetings: Meetings, to: Timestamp): boolean {
    return meetings.cutsAlways || to > this.#leastPending || to >= meetings.nextDue(this.#main.watermark)
  }

  #move(watermark: Timestamp): void {
    const ordinal = ++this.#context.ordinal
    this.#main.move(watermark, ordinal)
    this.#failed.move(watermark, ordinal)
  }

  #cut(meetings: Meetings): void {
    this.flush()
    meetings.settle()
  }
}
