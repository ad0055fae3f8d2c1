/** When windows reach their bound (`atMost`), by key: only the oldest window of a key can be the next to reach it. */
import type { Duration, Timestamp } from '../../core/time.ts'
import { Holds } from '../group/holds.ts'
import { WakeQueue } from '../group/wakeQueue.ts'
import type { KeySequence } from './keySequence.ts'

export class SequenceBounds {
  readonly #atMost: Duration | undefined
  /** The times for which some key waits now. */
  readonly #times = new Holds()
  /** The keys of each time, among them keys whose window has ended since. */
  readonly #keys = new WakeQueue<KeySequence>()

  constructor(atMost: Duration | undefined) {
    this.#atMost = atMost
  }

  /** The smallest timestamp that is the last inside a bound; Infinity for none. */
  get next(): Timestamp {
    return this.#times.min
  }

  /** The smallest above `after`, or a time for which no key waits any more; Infinity for none. */
  nextAfter(after: Timestamp): Timestamp {
    return this.next > after ? this.next : this.#keys.nextAfter(after)
  }

  /** A key's oldest window is another than before. */
  update(sequence: KeySequence): void {
    const [oldest] = sequence.open
    if (this.#atMost === undefined) return
    const at = oldest === undefined ? Number.POSITIVE_INFINITY : oldest.first + this.#atMost - 1
    if (at === sequence.boundAt) return
    this.#times.move(sequence.boundAt, at)
    this.#keys.add(at, sequence)
    sequence.boundAt = at
  }

  /** The keys whose oldest window has its last millisecond at or before the timestamp. */
  due(timestamp: Timestamp): KeySequence[] {
    const due: KeySequence[] = []
    while (this.#keys.next <= timestamp) {
      due.push(...this.#keys.take().filter(({ boundAt }) => boundAt <= timestamp))
    }
    return due
  }
}
