/**
 * The timers of one domain by (time, order of setting). Most timers are put off again and again before they fire, so one
 * that is put off stays where it stands until its old time comes: putting off costs nothing but writing the new time.
 */
import FlatQueue from 'flatqueue'
import type { Timestamp } from '../../core/time.ts'
import type { SetTimer } from './stateRecord.ts'

/** The queue is made anew when it has so many places more than it needs. */
const SPARE_PLACES = 64
const MOST_PASSED = 64
const LONGEST_PASSED = 256

/** Fewer are sorted by insertion: a comparison through a callback takes longer than moving a few of them. */
const MANY = 32

/** Timers of one time, in places `from` to `size`; what stands beyond is of no account. */
interface Bucket {
  time: Timestamp
  readonly timers: SetTimer[]
  from: number
  size: number
  /** False when a timer came after one that was set later. */
  isSorted: boolean
}

export class TimerQueue {
  readonly #buckets = new Map<Timestamp, Bucket>()
  readonly #times = new FlatQueue<Bucket>()
  /** Buckets of times that have come, to be used again with the room that they have. */
  readonly #passed: Bucket[] = []
  #timers = 0
  /** Places in all buckets, with those that timers have left. */
  #places = 0
  /** The smallest time of a timer, where it is known. */
  #next: Timestamp = Number.POSITIVE_INFINITY
  #isKnown = true

  /** The smallest time at which a timer fires; Infinity for none. */
  get next(): Timestamp {
    return this.#isKnown ? this.#next : this.#find()
  }

  /** Takes the timer that fires first. Nothing refers to it any more. */
  takeFirst(): SetTimer | undefined {
    const bucket = this.next === Number.POSITIVE_INFINITY ? undefined : this.#times.peek()
    if (bucket === undefined) return undefined
    if (!bucket.isSorted) this.#sort(bucket)
    const timer = bucket.timers[bucket.from++] as SetTimer
    timer.isSet = false
    this.#timers--
    this.#places--
    this.#isKnown = false
    return timer
  }

  /** The smallest time above `after` at which a timer fires, or an earlier one of a timer that was put off. */
  nextAfter(after: Timestamp): Timestamp {
    if (this.next > after) return this.next
    let least = Number.POSITIVE_INFINITY
    for (const { time, timers, from, size } of this.#buckets.values()) {
      if (time > after) least = Math.min(least, time)
      else for (let at = from; at < size; at++) least = Math.min(least, timeAfter(after, timers[at]))
    }
    return least
  }

  add(timer: SetTimer): void {
    timer.isSet = true
    this.#timers++
    this.#place(timer)
    if (this.#places > 2 * this.#timers + SPARE_PLACES) this.#compact()
  }

  /** The timer's time has become later. */
  putOff(timer: SetTimer): void {
    if (timer.place === this.#next) this.#isKnown = false
  }

  remove(timer: SetTimer): void {
    timer.isSet = false
    this.#timers--
    if (timer.place === this.#next) this.#isKnown = false
  }

  #place(timer: SetTimer): void {
    const time = timer.at
    let bucket = this.#buckets.get(time)
    if (bucket === undefined) {
      bucket = this.#emptyBucket(time)
      this.#buckets.set(time, bucket)
      this.#times.push(bucket, time)
    }
    const { timers, size } = bucket
    // The order of a timer only grows, so that a place which was left still tells what came before it.
    if (size > bucket.from && (timers[size - 1] as SetTimer).order > timer.order) bucket.isSorted = false
    timers[size] = timer
    bucket.size++
    timer.place = time
    this.#places++
    if (time < this.#next) this.#next = time
  }

  /** Passes places that nothing stands in any more, and gives timers that were put off their new one. */
  #find(): Timestamp {
    this.#isKnown = true
    for (let bucket = this.#times.peek(); bucket !== undefined; bucket = this.#times.peek()) {
      const { time, timers } = bucket
      this.#next = time
      for (; bucket.from < bucket.size; bucket.from++) {
        const timer = timers[bucket.from] as SetTimer
        const isHere = timer.isSet && timer.place === time
        if (isHere && timer.at === time) return time
        this.#places--
        if (isHere) this.#place(timer)
      }
      this.#times.pop()
      this.#buckets.delete(time)
      if (this.#passed.length < MOST_PASSED && timers.length <= LONGEST_PASSED) this.#passed.push(bucket)
    }
    this.#next = Number.POSITIVE_INFINITY
    return this.#next
  }

  /** Leaves the timers that fire at the bucket's time, in their order; those that were put off get their new places. */
  #sort(bucket: Bucket): void {
    const { time, timers, from, size } = bucket
    let to = 0
    for (let at = from; at < size; at++) {
      const timer = timers[at] as SetTimer
      const isHere = timer.isSet && timer.place === time
      if (isHere && timer.at === time) timers[to++] = timer
      else this.#places--
      if (isHere && timer.at !== time) this.#place(timer)
    }
    bucket.from = 0
    bucket.size = to
    bucket.isSorted = true
    if (to < MANY) sortFew(timers, to)
    else {
      timers.length = to
      timers.sort((a, b) => a.order - b.order)
    }
  }

  #emptyBucket(time: Timestamp): Bucket {
    const bucket = this.#passed.pop()
    if (bucket === undefined) return { time, timers: [], from: 0, size: 0, isSorted: true }
    bucket.time = time
    bucket.from = 0
    bucket.size = 0
    bucket.isSorted = true
    return bucket
  }

  #compact(): void {
    const timers = new Set<SetTimer>()
    for (const { time, timers: places, from, size } of this.#buckets.values()) {
      for (let at = from; at < size; at++) {
        const timer = places[at] as SetTimer
        if (timer.isSet && timer.place === time) timers.add(timer)
      }
    }
    this.#buckets.clear()
    this.#times.clear()
    this.#places = 0
    this.#next = Number.POSITIVE_INFINITY
    this.#isKnown = true
    for (const timer of timers) this.#place(timer)
  }
}

function sortFew(timers: SetTimer[], count: number): void {
  for (let next = 1; next < count; next++) {
    const timer = timers[next] as SetTimer
    let at = next
    for (; at > 0 && (timers[at - 1] as SetTimer).order > timer.order; at--) timers[at] = timers[at - 1] as SetTimer
    timers[at] = timer
  }
}

function timeAfter(after: Timestamp, timer: SetTimer | undefined): Timestamp {
  return timer?.isSet && timer.at > after ? timer.at : Number.POSITIVE_INFINITY
}
