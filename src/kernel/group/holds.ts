/** A multiset of watermark holds with its minimum. */
import FlatQueue from 'flatqueue'
import type { Timestamp } from '../../core/time.ts'

export class Holds {
  readonly #counts = new Map<Timestamp, number>()
  readonly #queue = new FlatQueue<Timestamp>()

  /** Infinity when nothing holds. */
  get min(): Timestamp {
    for (;;) {
      const least = this.#queue.peek()
      if (least === undefined) return Number.POSITIVE_INFINITY
      if (this.#counts.has(least)) return least
      this.#queue.pop()
    }
  }

  /** Replaces one hold by another; Infinity stands for none. */
  move(from: Timestamp, to: Timestamp): void {
    if (from === to) return
    if (to !== Number.POSITIVE_INFINITY) {
      const count = this.#counts.get(to) ?? 0
      this.#counts.set(to, count + 1)
      if (count === 0) this.#queue.push(to, to)
    }
    if (from !== Number.POSITIVE_INFINITY) {
      const count = this.#counts.get(from) ?? 0
      if (count <= 1) this.#counts.delete(from)
      else this.#counts.set(from, count - 1)
    }
  }

  clear(): void {
    this.#counts.clear()
    this.#queue.clear()
  }
}
