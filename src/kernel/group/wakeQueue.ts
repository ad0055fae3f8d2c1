/** Things to look at again when a time is reached: one heap entry per distinct time, whatever waits for it. */
import FlatQueue from 'flatqueue'
import type { Timestamp } from '../../core/time.ts'

/** Where more wait for one time, looking through a list would cost more than a set does. */
const LONGEST_LIST = 8

export class WakeQueue<W> {
  /** A list while few wait for a time, which for the ends of sessions is always: making a set takes five times as long. */
  readonly #waiting = new Map<Timestamp, W[] | Set<W>>()
  readonly #times = new FlatQueue<Timestamp>()

  /** The smallest time that something waits for; Infinity for none. */
  get next(): Timestamp {
    return this.#times.peek() ?? Number.POSITIVE_INFINITY
  }

  /** The smallest time above `after` that something waits for; Infinity for none. */
  nextAfter(after: Timestamp): Timestamp {
    if (this.next > after) return this.next
    let least = Number.POSITIVE_INFINITY
    for (const time of this.#waiting.keys()) if (time > after && time < least) least = time
    return least
  }

  /** Asks for `what` at `time`; asking twice is asking once. */
  add(time: Timestamp, what: W): void {
    if (time === Number.POSITIVE_INFINITY) return
    const waiting = this.#waiting.get(time)
    if (waiting === undefined) {
      this.#waiting.set(time, [what])
      this.#times.push(time, time)
    } else if (!Array.isArray(waiting)) waiting.add(what)
    else if (!waiting.includes(what)) {
      if (waiting.length < LONGEST_LIST) waiting.push(what)
      else this.#waiting.set(time, new Set([...waiting, what]))
    }
  }

  /** `what` no longer waits for `time`, which is looked at all the same. */
  remove(time: Timestamp, what: W): void {
    const waiting = this.#waiting.get(time)
    if (waiting === undefined) return
    if (!Array.isArray(waiting)) waiting.delete(what)
    else if (waiting.includes(what)) waiting.splice(waiting.indexOf(what), 1)
  }

  /** Takes what waits for the smallest time. */
  take(): readonly W[] {
    const time = this.#times.pop()
    if (time === undefined) return []
    const waiting = this.#waiting.get(time)
    this.#waiting.delete(time)
    return Array.isArray(waiting) ? waiting : [...(waiting ?? [])]
  }

  clear(): void {
    this.#waiting.clear()
    this.#times.clear()
  }
}
