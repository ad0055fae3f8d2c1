/**
 * When to give back the room of cells whose time to live is over. Nobody can tell whether it has been done, since such a
 * cell reads as empty before; so it is done for many records together, within a sixteenth of the time to live.
 */
import type { AnyCell } from '../../core/stateful.ts'
import type { Timestamp } from '../../core/time.ts'
import { lengthOf } from '../../state/timesToLive.ts'
import { WakeQueue } from '../group/wakeQueue.ts'
import type { StateRecord, SweepTimes } from './stateRecord.ts'

const PARTS = 16

export class Sweeps {
  readonly #ttls: readonly (ReturnType<typeof lengthOf> | undefined)[]
  /** False where no cell has a time to live. */
  readonly isNeeded: boolean
  readonly #event = new WakeQueue<StateRecord>()
  readonly #processing = new WakeQueue<StateRecord>()

  constructor(cells: readonly AnyCell[]) {
    this.#ttls = cells.map(({ ttl }) => ttl && lengthOf(ttl))
    this.isNeeded = this.#ttls.some((ttl) => ttl !== undefined)
  }

  get nextDeadline(): Timestamp {
    return this.#processing.next
  }

  /** Sees to it that the record is looked at when the first of its cells is over. */
  plan(record: StateRecord): void {
    const { values, written } = record
    if (!this.isNeeded || written === undefined) return
    let event = Number.POSITIVE_INFINITY
    let processing = Number.POSITIVE_INFINITY
    for (const [at, ttl] of this.#ttls.entries()) {
      if (ttl === undefined || values[at] === undefined) continue
      const over = (written[at] as number) + ttl.length + 1
      if (ttl.isProcessing) processing = Math.min(processing, together(over, ttl.length))
      // Nobody reads at a time before W - 1.
      else event = Math.min(event, together(over + 1, ttl.length))
    }
    record.sweeps ??= { event: Number.POSITIVE_INFINITY, processing: Number.POSITIVE_INFINITY }
    const planned = record.sweeps
    if (event < planned.event) {
      this.#event.remove(planned.event, record)
      planned.event = event
      this.#event.add(event, record)
    }
    if (processing < planned.processing) {
      this.#processing.remove(planned.processing, record)
      planned.processing = processing
      this.#processing.add(processing, record)
    }
  }

  /** Records to be looked at, now that the watermark has come to `watermark`. */
  *due(watermark: Timestamp): Generator<StateRecord> {
    while (this.#event.next <= watermark) {
      for (const record of this.#event.take()) {
        if (record.sweeps) record.sweeps.event = Number.POSITIVE_INFINITY
        yield record
      }
    }
  }

  *deadlines(now: Timestamp): Generator<StateRecord> {
    while (this.#processing.next <= now) {
      for (const record of this.#processing.take()) {
        if (record.sweeps) record.sweeps.processing = Number.POSITIVE_INFINITY
        yield record
      }
    }
  }

  /** Gives back when the record is to be looked at. */
  restore(record: StateRecord, { event, processing }: SweepTimes): void {
    if (event === Number.POSITIVE_INFINITY && processing === Number.POSITIVE_INFINITY) return
    record.sweeps = { event, processing }
    this.#event.add(event, record)
    this.#processing.add(processing, record)
  }

  /** The record is not looked at any more. */
  forget(record: StateRecord): void {
    if (record.sweeps === undefined) return
    this.#event.remove(record.sweeps.event, record)
    this.#processing.remove(record.sweeps.processing, record)
    record.sweeps = undefined
  }
}

function together(time: Timestamp, length: number): Timestamp {
  const step = Math.max(1, Math.floor(length / PARTS))
  return Math.ceil(time / step) * step
}
