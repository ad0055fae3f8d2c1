/**
 * Puts elements into their places and ends windows (R112, R113). It knows no watermark and no other element than the one
 * at hand: the driver decides when an element's place is final, and what else ends a window.
 */
import { GLOBAL_MAX, type Timestamp } from '../../core/time.ts'
import { compareWindows, type SequenceCut, type SequenceWindowFn, type Window } from '../../core/window.ts'
import type { GroupStrategy } from '../group/groupStrategy.ts'
import { userCodeError } from '../stateless/userCodeError.ts'
import type { KeySequence, SequenceElement } from './keySequence.ts'
import { SequenceBounds } from './sequenceBounds.ts'
import type { CompletedBy, SequenceOutput } from './sequenceOutput.ts'

/** A window that has ended and is not sent yet. */
export interface EndedWindow {
  readonly key: unknown
  readonly window: Window
  readonly value: unknown
  readonly created: number
  readonly by: CompletedBy
}

export class WindowCutter {
  readonly #path: string
  readonly #windowFn: SequenceWindowFn<unknown>
  readonly #combine: GroupStrategy['combine']
  readonly #output: SequenceOutput
  /** One object for all calls of `cut`, which may not keep it. */
  readonly #place = { index: 0, openWindows: 0, oldestSize: 0 }
  #ended: EndedWindow[] = []
  readonly bounds: SequenceBounds
  /** Windows begun so far, of all keys. */
  created = 0
  openWindows = 0

  constructor(
    path: string,
    windowFn: SequenceWindowFn<unknown>,
    combine: GroupStrategy['combine'],
    output: SequenceOutput,
  ) {
    this.#path = path
    this.#windowFn = windowFn
    this.#combine = combine
    this.#output = output
    this.bounds = new SequenceBounds(windowFn.atMost)
  }

  /** The next element of a key's order takes its place. */
  place(sequence: KeySequence, element: SequenceElement): void {
    const { timestamp } = element
    this.endBounded(sequence, timestamp)
    const cut = this.#cut(sequence, element)
    sequence.taken++
    this.#end(sequence, cut.endsBefore, timestamp, 'sequence')
    if (cut.begins) this.#begin(sequence, timestamp)
    if (!cut.joins) this.#output.tally.separators++
    else if (sequence.open.length === 0) this.#output.drop(element, 'noWindow')
    else this.#join(sequence, element)
    this.#end(sequence, cut.endsAfter, timestamp, cut.endsAfterBy)
  }

  /** Ends the windows of a key whose bound (`atMost`) is reached: the bound itself lies outside. */
  endBounded(sequence: KeySequence, reached: Timestamp): void {
    // The next window's bound takes the place of one that ends.
    while (sequence.boundAt < reached) this.#end(sequence, 1, sequence.boundAt, 'bound')
  }

  /** Ends all windows of a key: another key's marker at `stamp` cuts it. */
  endAll(sequence: KeySequence, stamp: Timestamp): void {
    this.#end(sequence, sequence.open.length, stamp, 'sequence')
  }

  /** The end of input: elements that are in no ended window leave in the oldest open one, or are dropped (R112). */
  endInput(sequence: KeySequence, stamp: Timestamp): void {
    const isTail = sequence.joined > sequence.placed
    if (isTail && this.#windowFn.atEnd === 'emit') this.#end(sequence, 1, stamp, 'end')
    if (isTail && this.#windowFn.atEnd === 'drop') this.#dropTail(sequence)
    this.openWindows -= sequence.open.length
    sequence.open = []
  }

  /** Takes the windows that have ended since, in the order of D9. */
  takeEnded(): readonly EndedWindow[] {
    const ended = this.#ended
    if (ended.length === 0) return ended
    this.#ended = []
    return ended.sort((a, b) => compareWindows(a.window, b.window) || a.created - b.created)
  }

  #cut({ open, joined, taken }: KeySequence, { value, timestamp, key }: SequenceElement): SequenceCut {
    this.#place.index = taken
    this.#place.openWindows = open.length
    this.#place.oldestSize = open[0] ? joined - open[0].begins : 0
    try {
      return this.#windowFn.cut(value, this.#place)
    } catch (error) {
      throw userCodeError(this.#path, error, value, { timestamp, key, window: undefined }, 'Mend the windows.')
    }
  }

  #begin(sequence: KeySequence, timestamp: Timestamp): void {
    this.openWindows++
    sequence.open.push({
      ordinal: sequence.begun++,
      created: this.created++,
      begins: sequence.joined,
      first: timestamp,
      earliest: timestamp,
      latest: timestamp,
      accumulator: this.#combine.create(),
    })
    this.bounds.update(sequence)
  }

  #join(sequence: KeySequence, element: SequenceElement): void {
    const { value, timestamp } = element
    sequence.joined++
    if (this.#windowFn.atEnd === 'drop' && this.#output.sendsDropped) sequence.tail.push(element)
    for (const open of sequence.open) {
      open.accumulator = this.#combine.add(open.accumulator, value, timestamp)
      if (timestamp < open.earliest) open.earliest = timestamp
      if (timestamp > open.latest) open.latest = timestamp
    }
  }

  /**
   * Ends the oldest `count` windows. The stamp of a window is what completes it, but never before its elements nor
   * behind the output watermark: in event-time order it never is, in order of arrival and at the end it could be.
   */
  #end(sequence: KeySequence, count: number, completedAt: Timestamp, by: CompletedBy): void {
    if (count === 0) return
    for (const open of sequence.open.splice(0, count)) {
      const stamp = Math.min(Math.max(completedAt, open.latest, this.#output.watermark), GLOBAL_MAX)
      this.#ended.push({
        key: sequence.key,
        window: { start: open.earliest, end: stamp + 1, ordinal: open.ordinal },
        value: this.#combine.extract(open.accumulator),
        created: open.created,
        by,
      })
      this.openWindows--
    }
    this.bounds.update(sequence)
    this.#output.tally.emitted += sequence.joined - sequence.placed
    sequence.placed = sequence.joined
    sequence.tail = []
  }

  #dropTail(sequence: KeySequence): void {
    // Elements that came while nothing read `late` were not kept: they are counted only.
    this.#output.tally.dropped.partial += sequence.joined - sequence.placed - sequence.tail.length
    for (const element of sequence.tail) this.#output.drop(element, 'partial')
    sequence.placed = sequence.joined
    sequence.tail = []
  }
}
