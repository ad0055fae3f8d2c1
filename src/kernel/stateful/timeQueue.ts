/** Things by the times that they wait for, in the order in which they were added: one heap entry per distinct time. */
import FlatQueue from 'flatqueue'
import type { Timestamp } from '../../core/time.ts'

/** A heap with so many entries that nothing waits for is made anew. */
const STALE_ENTRIES = 64

export class TimeQueue<W extends object> {
  /** What waits: the one thing itself, which most times have, or several. */
  readonly #waiting = new Map<Timestamp, W | Set<W>>()
  readonly #times = new FlatQueue<Timestamp>()
  /** The smallest time that something waits for; undefined where it must be looked for. */
  #next: Timestamp | undefined = Number.POSITIVE_INFINITY

  /** The smallest time that something waits for; Infinity for none. */
  get next(): Timestamp {
    this.#next ??= this.#find()
    return this.#next
  }

  /** The smallest time above `after` that something waits for; Infinity for none. */
  nextAfter(after: Timestamp): Timestamp {
    if (this.next > after) return this.next
    let least = Number.POSITIVE_INFINITY
    for (const time of this.#waiting.keys()) if (time > after && time < least) least = time
    return least
  }

  /** The first of those that wait for the smallest time. */
  get first(): W | undefined {
    const waiting = this.#waiting.get(this.next)
    return waiting instanceof Set ? waiting.values().next().value : waiting
  }

  add(time: Timestamp, what: W): void {
    const waiting = this.#waiting.get(time)
    if (waiting === undefined) {
      this.#waiting.set(time, what)
      this.#times.push(time, time)
      if (this.#next !== undefined && time < this.#next) this.#next = time
      if (this.#times.length > 2 * this.#waiting.size + STALE_ENTRIES) this.#compact()
    } else if (waiting instanceof Set) waiting.add(what)
    else if (waiting !== what) this.#waiting.set(time, new Set([waiting, what]))
  }

  remove(time: Timestamp, what: W): void {
    const waiting = this.#waiting.get(time)
    if (waiting === what || (waiting instanceof Set && waiting.delete(what) && waiting.size === 0)) this.#forget(time)
  }

  /** Takes what waits for the smallest time. */
  take(): readonly W[] {
    const time = this.next
    const waiting = this.#waiting.get(time)
    if (waiting === undefined) return []
    this.#forget(time)
    return waiting instanceof Set ? [...waiting] : [waiting]
  }

  #forget(time: Timestamp): void {
    this.#waiting.delete(time)
    if (time === this.#next) this.#next = undefined
  }

  #find(): Timestamp {
    for (;;) {
      const least = this.#times.peek()
      if (least === undefined) return Number.POSITIVE_INFINITY
      if (this.#waiting.has(least)) return least
      this.#times.pop()
    }
  }

  /** Times come and go in the middle of the heap, which only gives back its top. */
  #compact(): void {
    this.#times.clear()
    for (const time of this.#waiting.keys()) this.#times.push(time, time)
  }
}
