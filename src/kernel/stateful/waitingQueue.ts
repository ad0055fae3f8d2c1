/** Elements of time-sorted input, until the watermark is past them by the allowed lateness (R87). */
import { compareStamped } from '../../core/coders/compareEncoded.ts'
import { GLOBAL_MAX, type Timestamp } from '../../core/time.ts'
import { WakeQueue } from '../group/wakeQueue.ts'
import type { RecordChanges } from './recordChanges.ts'
import type { Place } from './statefulOutput.ts'
import type { StateRecord, WaitingElement } from './stateRecord.ts'
import type { StateTable } from './stateTables.ts'

/** A record may serve for another window by the time its next element is looked at; a table may not. */
interface Released {
  readonly table: StateTable
  readonly value: unknown
  readonly place: Place
}

export class WaitingQueue {
  /** Elements that have waited so far. */
  arrivals = 0
  readonly #wait: number
  /** Records by the places of their elements in time. */
  readonly #records = new WakeQueue<StateRecord>()

  constructor(wait: number) {
    this.#wait = wait
  }

  /** The watermark at which the next elements are final; Infinity where none wait. */
  get next(): Timestamp {
    return this.#finalAt(this.#records.next)
  }

  nextDue(after: Timestamp): Timestamp {
    if (after > GLOBAL_MAX) return Number.POSITIVE_INFINITY
    return this.#finalAt(this.#records.nextAfter(after - 1 - this.#wait))
  }

  /** True for an element whose place has been passed. */
  isPast(timestamp: Timestamp, watermark: Timestamp): boolean {
    return this.#finalAt(timestamp) <= watermark
  }

  add(record: StateRecord, value: unknown, { timestamp, pane, isRetraction }: Place): void {
    this.restore(record, { value, timestamp, pane, isRetraction, arrival: this.arrivals++ })
  }

  /** Gives back an element of a snapshot; those of a record in the order of arrival. */
  restore(record: StateRecord, element: WaitingElement): void {
    // What is stamped after the end of its window waits no longer than the window is there.
    const place = Math.min(element.timestamp, record.table.max)
    record.waiting ??= new Map()
    record.waiting.set(place, [...(record.waiting.get(place) ?? []), element])
    this.#records.add(place, record)
  }

  /** Takes the elements that are final at this watermark, in the order of R111. */
  take(watermark: Timestamp, changes: RecordChanges): readonly Released[] {
    const taken: { readonly record: StateRecord; readonly waiting: WaitingElement }[] = []
    while (this.next <= watermark) {
      const place = this.#records.next
      for (const record of this.#records.take()) {
        changes.own(record)
        for (const waiting of record.waiting?.get(place) ?? []) taken.push({ record, waiting })
        record.waiting?.delete(place)
        if (record.waiting?.size === 0) record.waiting = undefined
      }
    }
    return taken
      .sort((a, b) => compareStamped(a.waiting, b.waiting) || a.waiting.arrival - b.waiting.arrival)
      .map(({ record: { table, key }, waiting: { value, timestamp, pane, isRetraction } }) => ({
        table,
        value,
        place: { timestamp, key, window: table.window, pane, isRetraction },
      }))
  }

  /** R2: nothing comes after GLOBAL_MAX, so nothing waits for a later watermark. */
  #finalAt(timestamp: Timestamp): Timestamp {
    return timestamp === Number.POSITIVE_INFINITY ? timestamp : Math.min(timestamp + this.#wait, GLOBAL_MAX) + 1
  }
}
