/**
 * The timers of one domain by (time, order of setting). Most timers are put off again and again before they fire, so one
 * that is put off stays where it stands until its old time comes: putting off costs nothing but writing the new time.
 */
import FlatQueue from 'flatqueue'
import type { Timestamp } from '../../core/time.ts'
import { sortSlots } from './sortSlots.ts'
import { NONE, type TimerSlots } from './timerSlots.ts'

/** So many more times than timers may stand in the queue before those without a timer are taken out. */
const MOST_SPARE = 64

/** Times of which the last bits are the same share a place; a power of two. */
const NEAR = 1024

/** The timers that stand at one time, a list linked by their slots. Those that were put off stand there as well. */
interface Bucket {
  /** NaN for one that is not in use. */
  time: Timestamp
  first: number
  last: number
  /** False when a timer came after one that was set later. */
  isSorted: boolean
}

export class TimerQueue {
  readonly #slots: TimerSlots
  readonly #buckets: Bucket[] = []
  /** Buckets that are not in use. */
  readonly #spare: number[] = []
  readonly #byTime = new Map<Timestamp, number>()
  /** The bucket asked for last at each place: a map takes a call into the runtime for a time that is no small integer. */
  readonly #near = new Int32Array(NEAR)
  readonly #times = new FlatQueue<number>()
  #timers = 0
  /** The smallest time of a bucket; where it is known, that of a timer that fires then. */
  #next: Timestamp = Number.POSITIVE_INFINITY
  #isKnown = true
  readonly #sorting: number[] = []
  readonly #orders: number[] = []

  constructor(slots: TimerSlots) {
    this.#slots = slots
  }

  /** The smallest time at which a timer fires; Infinity for none. */
  get next(): Timestamp {
    if (!this.#isKnown) this.#find()
    return this.#next
  }

  /** How many times it looks at: those of timers, and some that timers have left. */
  get times(): number {
    return this.#byTime.size
  }

  /** The slot of the timer that fires first; NONE for none. */
  get first(): number {
    return this.next === Number.POSITIVE_INFINITY ? NONE : this.#soonest().first
  }

  /** Takes the timer that fires first, at `last` or before; NONE for none. */
  take(last: Timestamp): number {
    if (!this.#isKnown) this.#find()
    if (this.#next > last || this.#next === Number.POSITIVE_INFINITY) return NONE
    const bucket = this.#soonest()
    const slots = this.#slots
    const slot = bucket.first
    const after = slots.next(slot)
    bucket.first = after
    if (after === NONE) bucket.last = NONE
    else slots.setPrevious(after, NONE)
    this.#isKnown = after !== NONE && slots.atOf(after) === bucket.time
    this.#timers--
    return slot
  }

  /** The smallest time above `after` at which a timer fires, or an earlier one of a timer that was put off. */
  nextAfter(after: Timestamp): Timestamp {
    if (this.next > after) return this.next
    const slots = this.#slots
    let least = Number.POSITIVE_INFINITY
    for (const { time, first } of this.#buckets) {
      if (time > after && first !== NONE) least = Math.min(least, time)
      for (let slot = time > after ? NONE : first; slot !== NONE; slot = slots.next(slot)) {
        if (slots.atOf(slot) > after) least = Math.min(least, slots.atOf(slot))
      }
    }
    return least
  }

  /** In any order: a timer takes its place by time and order. */
  add(slot: number): void {
    this.#timers++
    this.#compact()
    this.#place(slot)
  }

  /** The timer's time and order are new ones. */
  moved(slot: number): void {
    const time = this.#slots.standsAt(slot)
    if (time === this.#next) this.#isKnown = false
    if (this.#slots.atOf(slot) > time) return
    this.#unlink(slot)
    this.#compact()
    this.#place(slot)
  }

  remove(slot: number): void {
    if (this.#slots.standsAt(slot) === this.#next) this.#isKnown = false
    this.#unlink(slot)
    this.#timers--
  }

  #place(slot: number): void {
    const slots = this.#slots
    const time = slots.atOf(slot)
    const number = this.#bucketAt(time)
    const bucket = this.#buckets[number] as Bucket
    const { last } = bucket
    slots.setBucket(slot, number, time)
    slots.setPrevious(slot, last)
    slots.setNext(slot, NONE)
    bucket.last = slot
    if (last === NONE) {
      bucket.first = slot
      bucket.isSorted = true
    } else {
      slots.setNext(last, slot)
      // The order of a timer only grows, so that one which was put off still tells what came before it.
      if (slots.orderOf(last) > slots.orderOf(slot)) bucket.isSorted = false
    }
    if (time < this.#next) {
      this.#next = time
      this.#isKnown = true
    }
  }

  #unlink(slot: number): void {
    const slots = this.#slots
    const bucket = this.#buckets[slots.bucketOf(slot)] as Bucket
    const next = slots.next(slot)
    const previous = slots.previous(slot)
    if (previous === NONE) bucket.first = next
    else slots.setNext(previous, next)
    if (next === NONE) bucket.last = previous
    else slots.setPrevious(next, previous)
  }

  /** Passes buckets that nothing stands in any more, and gives timers that were put off their new place. */
  #find(): void {
    const slots = this.#slots
    for (let number = this.#times.peek(); number !== undefined; number = this.#times.peek()) {
      const bucket = this.#buckets[number] as Bucket
      this.#next = bucket.time
      this.#isKnown = true
      while (bucket.first !== NONE) {
        const slot = bucket.first
        if (slots.atOf(slot) === bucket.time) return
        this.#unlink(slot)
        this.#place(slot)
      }
      this.#times.pop()
      this.#leave(number)
    }
    this.#next = Number.POSITIVE_INFINITY
    this.#isKnown = true
  }

  /** Leaves the timers that fire at the bucket's time, in their order; those that were put off get their new places. */
  #sort(bucket: Bucket): void {
    const slots = this.#slots
    const { time } = bucket
    const found = this.#sorting
    const orders = this.#orders
    let count = 0
    for (let slot = bucket.first; slot !== NONE; ) {
      const next = slots.next(slot)
      if (slots.atOf(slot) === time) {
        orders[count] = slots.orderOf(slot)
        found[count++] = slot
      } else this.#place(slot)
      slot = next
    }
    sortSlots(found, orders, count)
    found[count] = NONE
    for (let at = 0, previous = NONE; at < count; at++) {
      const slot = found[at] as number
      slots.setPrevious(slot, previous)
      slots.setNext(slot, found[at + 1] as number)
      previous = slot
    }
    bucket.first = found[0] as number
    bucket.last = count > 0 ? (found[count - 1] as number) : NONE
    bucket.isSorted = true
  }

  /** The bucket of the time that is next, with its timers in their order. */
  #soonest(): Bucket {
    const bucket = this.#buckets[this.#times.peek() as number] as Bucket
    if (!bucket.isSorted) this.#sort(bucket)
    return bucket
  }

  /** The number of the time's bucket, which is made where there is none. */
  #bucketAt(time: Timestamp): number {
    const place = time & (NEAR - 1)
    const near = this.#near[place] as number
    if (this.#buckets[near]?.time === time) return near
    const number = this.#byTime.get(time) ?? this.#enter(time)
    this.#near[place] = number
    return number
  }

  #enter(time: Timestamp): number {
    const number = this.#spare.pop() ?? this.#buckets.length
    const bucket = this.#buckets[number]
    if (bucket) bucket.time = time
    else this.#buckets[number] = { time, first: NONE, last: NONE, isSorted: true }
    this.#byTime.set(time, number)
    this.#times.push(number, time)
    return number
  }

  /** A bucket that nothing stands in serves again. */
  #leave(number: number): void {
    const bucket = this.#buckets[number] as Bucket
    this.#byTime.delete(bucket.time)
    bucket.time = Number.NaN
    this.#spare.push(number)
  }

  /** Takes out the buckets that timers have left before their time came, where there are many. */
  #compact(): void {
    if (this.#byTime.size <= 2 * this.#timers + MOST_SPARE) return
    this.#times.clear()
    for (const [time, number] of [...this.#byTime]) {
      if ((this.#buckets[number] as Bucket).first === NONE) this.#leave(number)
      else this.#times.push(number, time)
    }
    this.#next = this.#times.peekValue() ?? Number.POSITIVE_INFINITY
    this.#isKnown = false
  }
}
