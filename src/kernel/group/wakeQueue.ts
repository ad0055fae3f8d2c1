/** Things to look at again when a time is reached: one heap entry per distinct time, whatever waits for it. */
import FlatQueue from 'flatqueue'
import type { Timestamp } from '../../core/time.ts'

export class WakeQueue<W> {
  readonly #waiting = new Map<Timestamp, Set<W>>()
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
    if (waiting) {
      waiting.add(what)
    } else {
      this.#waiting.set(time, new Set([what]))
      this.#times.push(time, time)
    }
  }

  /** Takes what waits for the smallest time. */
  take(): readonly W[] {
    const time = this.#times.pop()
    if (time === undefined) return []
    const waiting = this.#waiting.get(time)
    this.#waiting.delete(time)
    return waiting ? [...waiting] : []
  }

  clear(): void {
    this.#waiting.clear()
    this.#times.clear()
  }
}
