/**
 * The timers of a step as numbers in one array, a row for each slot, which is a line of the processor's cache. As objects they
 * would hold their times as further objects, since times of today are no small integers: each put-off would make four, and
 * each look at one meet as many places in memory (measured: half of a step's time at 10,000 keys).
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

/** A row as numbers of 64 bits: time, output timestamp, hold, order, and the time of the bucket in which it stands. */
const ROW = 8
/** The same row as integers, behind those: next and previous in the queue, the bucket, and whether it holds. */
const INTS = 2 * ROW
const NEXT = 10
const PREVIOUS = 11
const BUCKET = 12
const HOLDS = 13

export class TimerSlots {
  #numbers = new Float64Array(ROW * FIRST_CAPACITY)
  #ints = new Int32Array(this.#numbers.buffer)
  readonly #records: (StateRecord | undefined)[] = []
  readonly #labels: TimerLabel[] = []
  /** The first of the slots that nobody uses, each linked to the next. */
  #free = NONE

  /** A slot for a timer of the record, which is to be written and put into a queue. */
  take(record: StateRecord, label: TimerLabel): number {
    let slot = this.#free
    if (slot === NONE) {
      slot = this.#records.length
      if (slot * ROW === this.#numbers.length) this.#grow()
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
    const from = slot * ROW
    numbers[from] = at
    numbers[from + 1] = output
    numbers[from + 2] = hold
    numbers[from + 3] = order
    this.#ints[slot * INTS + HOLDS] = holds ? 1 : 0
  }

  /** The timer as a value of its own. */
  read(slot: number): SetTimer {
    return {
      label: this.labelOf(slot),
      at: this.atOf(slot),
      output: this.outputOf(slot),
      holds: this.holdsOf(slot),
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

  /** Another object for the same name. */
  setLabel(slot: number, label: TimerLabel): void {
    this.#labels[slot] = label
  }

  atOf(slot: number): Timestamp {
    return this.#numbers[slot * ROW] as number
  }

  outputOf(slot: number): Timestamp {
    return this.#numbers[slot * ROW + 1] as number
  }

  holdsOf(slot: number): boolean {
    return this.#ints[slot * INTS + HOLDS] === 1
  }

  holdOf(slot: number): Timestamp {
    return this.#numbers[slot * ROW + 2] as number
  }

  orderOf(slot: number): number {
    return this.#numbers[slot * ROW + 3] as number
  }

  // ---- for the queue that a timer stands in

  next(slot: number): number {
    return this.#ints[slot * INTS + NEXT] as number
  }

  setNext(slot: number, next: number): void {
    this.#ints[slot * INTS + NEXT] = next
  }

  previous(slot: number): number {
    return this.#ints[slot * INTS + PREVIOUS] as number
  }

  setPrevious(slot: number, previous: number): void {
    this.#ints[slot * INTS + PREVIOUS] = previous
  }

  bucketOf(slot: number): number {
    return this.#ints[slot * INTS + BUCKET] as number
  }

  /** The time of its bucket. */
  standsAt(slot: number): Timestamp {
    return this.#numbers[slot * ROW + 4] as number
  }

  setBucket(slot: number, bucket: number, time: Timestamp): void {
    this.#ints[slot * INTS + BUCKET] = bucket
    this.#numbers[slot * ROW + 4] = time
  }

  #grow(): void {
    const numbers = new Float64Array(2 * this.#numbers.length)
    numbers.set(this.#numbers)
    this.#numbers = numbers
    this.#ints = new Int32Array(numbers.buffer)
  }
}
