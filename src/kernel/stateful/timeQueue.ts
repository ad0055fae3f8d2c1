/** Things by the times that they wait for, in the order in which they were added: one heap entry per distinct time. */
import FlatQueue from 'flatqueue'
import type { Timestamp } from '../../core/time.ts'

/** A heap with so many entries that nothing waits for is made anew. */
const STALE_ENTRIES = 64

export class TimeQueue<W> {
  readonly #waiting = new Map<Timestamp, Set<W>>()
  readonly #times = new FlatQueue<Timestamp>()

  /** The smallest time that something waits for; Infinity for none. */
  get next(): Timestamp {
    for (;;) {
      const least = this.#times.peek()
      if (least === undefined) return Number.POSITIVE_INFINITY
      if (this.#waiting.has(least)) return least
      this.#times.pop()
    }
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
    return waiting?.values().next().value
  }

  add(time: Timestamp, what: W): void {
    const waiting = this.#waiting.get(time)
    if (waiting) {
      waiting.add(what)
      return
    }
    this.#waiting.set(time, new Set([what]))
    this.#times.push(time, time)
    if (this.#times.length > 2 * this.#waiting.size + STALE_ENTRIES) this.#compact()
  }

  remove(time: Timestamp, what: W): void {
    const waiting = this.#waiting.get(time)
    if (waiting?.delete(what) && waiting.size === 0) this.#waiting.delete(time)
  }

  /** Takes what waits for the smallest time. */
  take(): readonly W[] {
    const time = this.next
    const waiting = this.#waiting.get(time)
    this.#waiting.delete(time)
    return waiting ? [...waiting] : []
  }

  /** Times come and go in the middle of the heap, which only gives back its top. */
  #compact(): void {
    this.#times.clear()
    for (const time of this.#waiting.keys()) this.#times.push(time, time)
  }
}
