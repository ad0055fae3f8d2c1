/**
 * When to give back the room of cells whose time to live is over. Nobody can tell whether it has been done, since such a
 * cell reads as empty before; so it is done for many records together, within a sixteenth of the time to live.
 */
import type { AnyCell } from '../../core/stateful.ts'
import type { Timestamp } from '../../core/time.ts'
import { lengthOf } from '../../state/cellContents.ts'
import type { StateRecord } from './stateRecord.ts'
import { TimeQueue } from './timeQueue.ts'

const PARTS = 16

export class Sweeps {
  readonly #ttls: readonly (ReturnType<typeof lengthOf> | undefined)[]
  /** False where no cell has a time to live. */
  readonly #isNeeded: boolean
  readonly #event = new TimeQueue<StateRecord>()
  readonly #processing = new TimeQueue<StateRecord>()

  constructor(cells: readonly AnyCell[]) {
    this.#ttls = cells.map(({ ttl }) => ttl && lengthOf(ttl))
    this.#isNeeded = this.#ttls.some((ttl) => ttl !== undefined)
  }

  get nextDeadline(): Timestamp {
    return this.#processing.next
  }

  /** Sees to it that the record is looked at when the first of its cells is over. */
  plan(record: StateRecord): void {
    const { values, written } = record.cells
    if (!this.#isNeeded || written === undefined) return
    let event = Number.POSITIVE_INFINITY
    let deadline = Number.POSITIVE_INFINITY
    for (const [at, ttl] of this.#ttls.entries()) {
      if (ttl === undefined || values[at] === undefined) continue
      const over = (written[at] as number) + ttl.length + 1
      if (ttl.isProcessing) deadline = Math.min(deadline, together(over, ttl.length))
      // Nobody reads at a time before W - 1.
      else event = Math.min(event, together(over + 1, ttl.length))
    }
    if (event < record.sweepAt) {
      this.#event.remove(record.sweepAt, record)
      record.sweepAt = event
      this.#event.add(event, record)
    }
    if (deadline < record.deadlineSweepAt) {
      this.#processing.remove(record.deadlineSweepAt, record)
      record.deadlineSweepAt = deadline
      this.#processing.add(deadline, record)
    }
  }

  /** Records to be looked at, now that the watermark has come to `watermark`. */
  *due(watermark: Timestamp): Generator<StateRecord> {
    while (this.#event.next <= watermark) {
      for (const record of this.#event.take()) {
        record.sweepAt = Number.POSITIVE_INFINITY
        yield record
      }
    }
  }

  /** The same for processing time. */
  *deadlines(now: Timestamp): Generator<StateRecord> {
    while (this.#processing.next <= now) {
      for (const record of this.#processing.take()) {
        record.deadlineSweepAt = Number.POSITIVE_INFINITY
        yield record
      }
    }
  }

  /** The record is no more. */
  forget(record: StateRecord): void {
    this.#event.remove(record.sweepAt, record)
    this.#processing.remove(record.deadlineSweepAt, record)
    record.sweepAt = Number.POSITIVE_INFINITY
    record.deadlineSweepAt = Number.POSITIVE_INFINITY
  }
}

function together(time: Timestamp, length: number): Timestamp {
  const step = Math.max(1, Math.floor(length / PARTS))
  return Math.ceil(time / step) * step
}
