/** Records to be used again. New ones would outlive a scavenge or two, which takes longer than all work on an event. */
import type { StateRecord } from './stateRecord.ts'

const MOST = 1024

export class SpareRecords {
  readonly #records: (StateRecord | undefined)[] = []
  /** The first so many of them are there: `push` and `pop` are calls into the runtime. */
  #count = 0

  /** Nobody knows the record any more, and nothing is in it. */
  give(record: StateRecord): void {
    if (this.#count < MOST) this.#records[this.#count++] = record
  }

  /** Undefined where there is none. */
  take(): StateRecord | undefined {
    if (this.#count === 0) return undefined
    const record = this.#records[--this.#count]
    this.#records[this.#count] = undefined
    return record
  }
}
