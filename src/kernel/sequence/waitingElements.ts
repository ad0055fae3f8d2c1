/** Elements whose place is not final yet: a heap of their distinct timestamps, and per timestamp the keys. */
import FlatQueue from 'flatqueue'
import type { Timestamp } from '../../core/time.ts'
import type { KeyElements, KeySequence, SequenceElement } from './keySequence.ts'

export class WaitingElements {
  readonly #byTime = new Map<Timestamp, Map<KeySequence, KeyElements>>()
  readonly #times = new FlatQueue<Timestamp>()
  readonly #own: (sequence: KeySequence) => void

  /** `own` is called before anything of a key changes. */
  constructor(own: (sequence: KeySequence) => void) {
    this.#own = own
  }

  /** The smallest timestamp of an element that waits; Infinity for none. */
  get next(): Timestamp {
    return this.#times.peek() ?? Number.POSITIVE_INFINITY
  }

  /** The smallest above `after`; Infinity for none. */
  nextAfter(after: Timestamp): Timestamp {
    if (this.next > after) return this.next
    let least = Number.POSITIVE_INFINITY
    for (const time of this.#byTime.keys()) if (time > after && time < least) least = time
    return least
  }

  add(sequence: KeySequence, element: SequenceElement): void {
    const { timestamp } = element
    this.#own(sequence)
    let keys = this.#byTime.get(timestamp)
    if (keys === undefined) {
      keys = new Map()
      this.#byTime.set(timestamp, keys)
      this.#times.push(timestamp, timestamp)
    }
    const known = keys.get(sequence)
    if (known) {
      known.elements.push(element)
      return
    }
    const first: KeyElements = { sequence, elements: [element] }
    keys.set(sequence, first)
    sequence.waiting.push(first)
  }

  /** Takes the elements of one timestamp, keys in the order of their first elements; none where `next` is another. */
  take(timestamp: Timestamp): readonly KeyElements[] {
    if (this.next !== timestamp) return []
    this.#times.pop()
    const keys = this.#byTime.get(timestamp)
    this.#byTime.delete(timestamp)
    const taken = keys ? [...keys.values()].sort((a, b) => a.sequence.created - b.sequence.created) : []
    for (const each of taken) {
      const { waiting } = each.sequence
      this.#own(each.sequence)
      // Nearly always the first.
      waiting.splice(waiting.indexOf(each), 1)
    }
    return taken
  }

  /** Everything that waits; elements of one key and timestamp stay in order of arrival. */
  all(): KeyElements[] {
    return [...this.#byTime.values()].flatMap((keys) => [...keys.values()])
  }
}
