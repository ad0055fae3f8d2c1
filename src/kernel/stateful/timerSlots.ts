/**
 * The timers of a step as numbers in a few arrays, each timer by its slot. As objects they would hold their times as further
 * objects, since times of today are no small integers: each put-off would make four, and each look at one meet as many
 * places in memory (measured: half of a step's time at 10,000 keys).
 */
import type { TimerDomain } from '../../core/stateful.ts'
import type { Timestamp } from '../../core/time.ts'
import type { StateRecord } from './stateRecord.ts'

/** What tells a timer of a record from its others (R83). */
export interface TimerLabel {
  /** Family and tag: family names hold no "/". */
  readonly name: string
  readonly family: string
  readonly tag: string
  readonly domain: TimerDomain
}

export function labelOf(family: string, tag: string, domain: TimerDomain): TimerLabel {
  return { name: tag === '' ? family : `${family}/${tag}`, family, tag, domain }
}

/** A timer as a value, for who captures, saves or restores it. */
export interface SetTimer {
  readonly label: TimerLabel
  readonly at: Timestamp
  /** The timestamp of what its callback gives. */
  readonly output: Timestamp
  readonly holds: boolean
  /** The watermark hold; Infinity for none (R85). */
  readonly hold: Timestamp
  /** Place in the order of setting, over the whole step (R84). */
  readonly order: number
}

/** No slot. */
export const NONE = -1

const FIRST_CAPACITY = 64

export class TimerSlots {
  /** By slot, four side by side, since they are read together: time, output timestamp, hold and order. */
  #numbers = new Float64Array(4 * FIRST_CAPACITY)
  /** By slot, three side by side: the neighbours in the queue, next and previous, and the bucket in which they are. */
  #links = new Int32Array(3 * FIRST_CAPACITY)
  #holds = new Uint8Array(FIRST_CAPACITY)
  readonly #records: (StateRecord | undefined)[] = []
  readonly #labels: TimerLabel[] = []
  /** The first of the slots that nobody uses, each linked to the next. */
  #free = NONE

  /** A slot for a timer of the record, which is to be written and put into a queue. */
  take(record: StateRecord, label: TimerLabel): number {
    let slot = this.#free
    if (slot === NONE) {
      slot = this.#records.length
      if (slot === this.#holds.length) this.#grow()
    } else this.#free = this.next(slot)
    this.#records[slot] = record
    this.#labels[slot] = label
    return slot
  }

  /** Nobody refers to the slot any more. */
  give(slot: number): void {
    this.#records[slot] = undefined
    this.setNext(slot, this.#free)
    this.#free = slot
  }

  write(slot: number, at: Timestamp, output: Timestamp, holds: boolean, hold: Timestamp, order: number): void {
    const numbers = this.#numbers
    const from = slot * 4
    numbers[from] = at
    numbers[from + 1] = output
    numbers[from + 2] = hold
    numbers[from + 3] = order
    this.#holds[slot] = holds ? 1 : 0
  }

  /** The timer as a value of its own. */
  read(slot: number): SetTimer {
    return {
      label: this.labelOf(slot),
      at: this.atOf(slot),
      output: this.outputOf(slot),
      holds: this.#holds[slot] === 1,
      hold: this.holdOf(slot),
      order: this.orderOf(slot),
    }
  }

  recordOf(slot: number): StateRecord {
    return this.#records[slot] as StateRecord
  }

  labelOf(slot: number): TimerLabel {
    return this.#labels[slot] as TimerLabel
  }

  atOf(slot: number): Timestamp {
    return this.#numbers[slot * 4] as number
  }

  outputOf(slot: number): Timestamp {
    return this.#numbers[slot * 4 + 1] as number
  }

  holdOf(slot: number): Timestamp {
    return this.#numbers[slot * 4 + 2] as number
  }

  orderOf(slot: number): number {
    return this.#numbers[slot * 4 + 3] as number
  }

  // ---- for the queue that a timer stands in

  next(slot: number): number {
    return this.#links[slot * 3] as number
  }

  setNext(slot: number, next: number): void {
    this.#links[slot * 3] = next
  }

  previous(slot: number): number {
    return this.#links[slot * 3 + 1] as number
  }

  setPrevious(slot: number, previous: number): void {
    this.#links[slot * 3 + 1] = previous
  }

  bucketOf(slot: number): number {
    return this.#links[slot * 3 + 2] as number
  }

  setBucket(slot: number, bucket: number): void {
    this.#links[slot * 3 + 2] = bucket
  }

  #grow(): void {
    const capacity = 2 * this.#holds.length
    const [numbers, links, holds] = [this.#numbers, this.#links, this.#holds]
    this.#numbers = new Float64Array(4 * capacity)
    this.#numbers.set(numbers)
    this.#links = new Int32Array(3 * capacity)
    this.#links.set(links)
    this.#holds = new Uint8Array(capacity)
    this.#holds.set(holds)
  }
}
