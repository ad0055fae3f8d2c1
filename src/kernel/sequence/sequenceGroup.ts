/**
 * The driver of sequence windows (R111-R113). In event-time order elements wait until the watermark is past them by more
 * than `wait`; then all elements of one timestamp take their places together, key by key, and a marker for all keys cuts
 * the others. In order of arrival an element takes its place at once. An open window is an accumulator, so that a long
 * one needs no buffer of its elements.
 */
import type { Bundle, Signal } from '../../core/bundle.ts'
import { compareEncoded } from '../../core/coders/compareEncoded.ts'
import { NO_PANE } from '../../core/pane.ts'
import type { GroupAccounting } from '../../core/runner.ts'
import { GLOBAL_MAX, MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import { maxTimestamp, type SequenceBroadcast, type SequenceWindowFn } from '../../core/window.ts'
import type { GroupStrategy } from '../group/groupStrategy.ts'
import { KeyMap } from '../group/keyMap.ts'
import type { KernelNode } from '../kernelNode.ts'
import { userCodeError } from '../stateless/userCodeError.ts'
import { walkBundle } from '../walkBundle.ts'
import { type KeySequence, newKeySequence, type SequenceElement } from './keySequence.ts'
import type { SequenceOutput } from './sequenceOutput.ts'
import { restoreSequences, type SequenceSnapshot, saveSequences } from './sequenceSnapshot.ts'
import { type KeyElements, WaitingElements } from './waitingElements.ts'
import { WindowCutter } from './windowCutter.ts'

export class SequenceGroup implements KernelNode {
  readonly path: string
  readonly #group: GroupStrategy
  readonly #windowFn: SequenceWindowFn<unknown>
  readonly #output: SequenceOutput
  readonly #cutter: WindowCutter
  readonly #keys = new KeyMap<KeySequence>()
  readonly #sequences: KeySequence[] = []
  readonly #waiting = new WaitingElements()
  #watermark: Timestamp = MIN_TIMESTAMP

  constructor(path: string, group: GroupStrategy, windowFn: SequenceWindowFn<unknown>, output: SequenceOutput) {
    this.path = path
    this.#group = group
    this.#windowFn = windowFn
    this.#output = output
    this.#cutter = new WindowCutter(path, windowFn, group.combine, output)
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle') {
      this.#output.signal(signal)
      return
    }
    walkBundle(
      signal,
      (row) => this.#arrive(signal, row),
      (watermark, ordinal) => this.#advance(watermark, ordinal),
    )
    this.#output.flush()
  }

  nextDue(after: Timestamp): Timestamp {
    if (after > GLOBAL_MAX) return Number.POSITIVE_INFINITY
    const reached = after - 1 - this.#windowFn.wait
    const next = Math.min(this.#waiting.nextAfter(reached), this.#cutter.bounds.nextAfter(reached))
    return next === Number.POSITIVE_INFINITY ? next : this.#finalAt(next)
  }

  accounting(): GroupAccounting {
    return this.#output.tally.accounting(this.path, this.#cutter.openWindows)
  }

  snapshot(): SequenceSnapshot {
    return {
      watermark: this.#watermark,
      outputWatermark: this.#output.watermark,
      created: this.#cutter.created,
      tally: this.#output.tally.save(),
      ...saveSequences(this.#group, this.#sequences, this.#waiting),
    }
  }

  restore(snapshot: SequenceSnapshot): void {
    this.#watermark = snapshot.watermark
    this.#cutter.created = snapshot.created
    this.#output.resumeAt(snapshot.outputWatermark)
    this.#output.tally.load(snapshot.tally)
    for (const sequence of restoreSequences(this.#group, snapshot, this.#waiting)) {
      this.#keys.set(sequence.key, sequence)
      this.#sequences.push(sequence)
      this.#cutter.openWindows += sequence.open.length
      this.#cutter.bounds.update(sequence)
    }
  }

  #arrive(bundle: Bundle, row: number): void {
    const element: SequenceElement = {
      value: bundle.values[row],
      timestamp: bundle.timestamps[row] as number,
      key: bundle.keys?.[row],
      pane: bundle.panes?.[row] ?? NO_PANE,
    }
    this.#output.ordinal = bundle.ordinals?.[row] ?? 0
    this.#output.tally.assigned++
    if (this.#windowFn.order === 'arrival') {
      const sequence = this.#sequenceOf(element.key)
      this.#placeAll([{ sequence, elements: [element] }], element.timestamp)
      this.#cutter.endBounded(sequence, this.#watermark)
      this.#sendEnded()
    } else if (this.#finalAt(element.timestamp) <= this.#watermark) {
      this.#output.drop(element, 'order')
    } else {
      this.#waiting.add(this.#sequenceOf(element.key), element)
    }
  }

  /** R64: stops at each due time on the way, as if the watermark passed every millisecond. */
  #advance(watermark: Timestamp, ordinal: number): void {
    if (watermark <= this.#watermark) return
    this.#output.ordinal = ordinal
    if (watermark > GLOBAL_MAX) {
      // No element can come any more (R2).
      if (this.#watermark <= GLOBAL_MAX) this.#end()
    } else {
      for (let next = this.#nextTime; this.#isDue(next, watermark); next = this.#nextTime) {
        const due = Math.max(this.#watermark, this.#finalAt(next))
        // What was not due before goes downstream first, before rows of either output.
        this.#output.advance(due - 1)
        this.#watermark = due
        this.#reach(next)
        this.#sendEnded()
        this.#output.advance(due)
      }
    }
    this.#watermark = watermark
    this.#output.advance(watermark)
  }

  /**
   * The end of input. What is left of a key leaves at the output watermark before the end, but never before its last
   * element (R113): earlier, perhaps, than another key's windows that end on the way. So everything is cut first, and
   * then sent in event-time order with the watermarks in between: no key's stamp depends on another key.
   */
  #end(): void {
    const before = this.#output.watermark
    for (let next = this.#nextTime; this.#isDue(next, MAX_TIMESTAMP); next = this.#nextTime) this.#reach(next)
    for (const sequence of this.#sequences) this.#cutter.endInput(sequence, before)
    this.#sendEnded((stamp) => this.#finalAt(stamp) - 1)
  }

  /** The smallest timestamp with elements that wait or a bound; Infinity for none. */
  get #nextTime(): Timestamp {
    return Math.min(this.#waiting.next, this.#cutter.bounds.next)
  }

  /** The smallest watermark at which everything up to the timestamp is known. */
  #finalAt(timestamp: Timestamp): Timestamp {
    return Math.min(timestamp + this.#windowFn.wait, GLOBAL_MAX) + 1
  }

  #isDue(timestamp: Timestamp, watermark: Timestamp): boolean {
    return timestamp !== Number.POSITIVE_INFINITY && this.#finalAt(timestamp) <= watermark
  }

  /** Everything of one timestamp: its elements, then the bounds just after it. */
  #reach(timestamp: Timestamp): void {
    const final = this.#waiting.take(timestamp)
    for (const { elements } of final) elements.sort((a, b) => this.#compare(a, b))
    this.#placeAll(final, timestamp)
    for (const sequence of this.#cutter.bounds.due(timestamp)) this.#cutter.endBounded(sequence, timestamp + 1)
  }

  /** Elements of one time take their places; markers for all keys cut the others before or after them (R113). */
  #placeAll(final: readonly KeyElements[], timestamp: Timestamp): void {
    const { broadcast } = this.#windowFn
    const owners = broadcast ? final.filter((each) => this.#hasMarker(broadcast, each)) : []
    if (broadcast?.side === 'before') this.#cutOthers(owners, timestamp)
    for (const { sequence, elements } of final) {
      for (const element of elements) this.#cutter.place(sequence, element)
    }
    if (broadcast?.side === 'after') this.#cutOthers(owners, timestamp)
  }

  /** Each key with a marker cuts every other key, so two of them cut all. */
  #cutOthers([first, second]: readonly KeyElements[], timestamp: Timestamp): void {
    if (first === undefined) return
    for (const sequence of this.#sequences) {
      if (second !== undefined || sequence !== first.sequence) this.#cutter.endAll(sequence, timestamp)
    }
  }

  /** Sends the windows that have ended, each after the watermark that comes just before it, if it has come so far. */
  #sendEnded(watermarkBefore?: (stamp: Timestamp) => Timestamp): void {
    for (const { key, window, value, by } of this.#cutter.takeEnded()) {
      if (watermarkBefore) this.#output.advance(watermarkBefore(maxTimestamp(window)))
      this.#output.pane(key, window, value, by)
    }
  }

  /** R111: the author's tie-break, then the encoded value; sorting keeps the order of arrival among equals. */
  #compare(a: SequenceElement, b: SequenceElement): number {
    const windowFn = this.#windowFn
    const byTies = windowFn.compareTies ? this.#ask(a, () => windowFn.compareTies?.(a.value, b.value)) : 0
    return byTies || compareEncoded(a.value, b.value)
  }

  #hasMarker(broadcast: SequenceBroadcast<unknown>, { elements }: KeyElements): boolean {
    return elements.some((element) => this.#ask(element, () => broadcast.isMarker(element.value)))
  }

  /** Calls the author's code about an element. */
  #ask<R>({ value, timestamp, key }: SequenceElement, call: () => R): R {
    try {
      return call()
    } catch (error) {
      throw userCodeError(this.path, error, value, { timestamp, key, window: undefined }, 'Mend the windows.')
    }
  }

  #sequenceOf(ownKey: unknown): KeySequence {
    const key = this.#group.isKeyed ? ownKey : undefined
    const known = this.#keys.get(key)
    if (known) return known
    const sequence = newKeySequence(key === 0 ? 0 : key, this.#sequences.length)
    this.#keys.set(key, sequence)
    this.#sequences.push(sequence)
    return sequence
  }
}
