/**
 * The driver of sequence windows (R111-R113). In event-time order elements wait until the watermark is past them by more than
 * `wait`; then all elements of one timestamp take their places together, key by key, and a marker for all keys cuts the others.
 * In order of arrival an element takes its place at once. An open window is an accumulator, which needs no buffer of elements.
 */
import type { Bundle, Signal } from '../../core/bundle.ts'
import type { NodeCapture, NodeRestore } from '../../core/checkpoint.ts'
import type { GroupAccounting } from '../../core/runner.ts'
import { GLOBAL_MAX, MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import { maxTimestamp, type SequenceWindowFn } from '../../core/window.ts'
import type { GroupStrategy } from '../group/groupStrategy.ts'
import { KeyMap } from '../group/keyMap.ts'
import { KeySlots } from '../group/keySlots.ts'
import type { KernelNode } from '../kernelNode.ts'
import { walkBundle } from '../walkBundle.ts'
import { elementOf, type KeyElements, type KeySequence, newKeySequence } from './keySequence.ts'
import { compareElements, hasMarker } from './sequenceOrder.ts'
import type { SequenceOutput } from './sequenceOutput.ts'
import {
  packSequences,
  restoreSequences,
  type SequenceHead,
  type SequenceSnapshot,
  saveSequences,
  unpackSequences,
} from './sequenceSnapshot.ts'
import { WaitingElements } from './waitingElements.ts'
import { WindowCutter } from './windowCutter.ts'

export class SequenceGroup implements KernelNode {
  readonly path: string
  readonly #group: GroupStrategy
  readonly #windowFn: SequenceWindowFn<unknown>
  readonly #output: SequenceOutput
  readonly #cutter: WindowCutter
  readonly #keys = new KeyMap<KeySequence>()
  readonly #sequences: KeySequence[] = []
  /** The same, as they are captured: keys are never forgotten, so that a key's slot is its number. */
  readonly #slots: KeySlots<KeySequence>
  readonly #waiting = new WaitingElements((sequence) => this.#slots.own(sequence))
  #watermark: Timestamp = MIN_TIMESTAMP

  constructor(path: string, group: GroupStrategy, windowFn: SequenceWindowFn<unknown>, output: SequenceOutput) {
    this.path = path
    this.#group = group
    this.#windowFn = windowFn
    this.#output = output
    this.#slots = new KeySlots((sequences) => packSequences(group, sequences))
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
    return { ...this.#head(), ...saveSequences(this.#group, this.#sequences, this.#waiting) }
  }

  restore(snapshot: SequenceSnapshot): void {
    this.#takeOver(snapshot)
    for (const sequence of restoreSequences(this.#group, snapshot, this.#waiting)) {
      this.#slots.add(sequence)
      this.#takeOverKey(sequence)
    }
  }

  capture(): NodeCapture {
    return { head: this.#head(), ...this.#slots.capture() }
  }

  resume({ head, entries }: NodeRestore): void {
    // What `capture` gave, or what earlier versions captured whole.
    const saved = head as SequenceHead | SequenceSnapshot
    if ('sequences' in saved) {
      this.restore(saved)
      return
    }
    this.#takeOver(saved)
    this.#slots.resume(entries, (rows, place) => {
      for (const { sequence, waiting } of unpackSequences(this.#group, rows, this.#sequences.length)) {
        place(sequence)
        this.#takeOverKey(sequence)
        for (const element of waiting) this.#waiting.add(sequence, element)
      }
    })
  }

  #head(): SequenceHead {
    return {
      watermark: this.#watermark,
      outputWatermark: this.#output.watermark,
      created: this.#cutter.created,
      tally: this.#output.tally.save(),
    }
  }

  #takeOver({ watermark, outputWatermark, created, tally }: SequenceHead): void {
    this.#watermark = watermark
    this.#cutter.created = created
    this.#output.resumeAt(outputWatermark)
    this.#output.tally.load(tally)
  }

  #takeOverKey(sequence: KeySequence): void {
    this.#keys.set(sequence.key, sequence)
    this.#sequences.push(sequence)
    this.#cutter.openWindows += sequence.open.length
    this.#cutter.bounds.update(sequence)
  }

  #arrive(bundle: Bundle, row: number): void {
    const element = elementOf(bundle, row)
    this.#output.ordinal = bundle.ordinals?.[row] ?? 0
    this.#output.tally.assigned++
    if (this.#windowFn.order === 'arrival') {
      const sequence = this.#sequenceOf(element.key)
      this.#slots.own(sequence)
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
    for (const sequence of this.#sequences) {
      this.#slots.own(sequence)
      this.#cutter.endInput(sequence, before)
    }
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
    for (const { elements } of final) elements.sort((a, b) => compareElements(this.path, this.#windowFn, a, b))
    this.#placeAll(final, timestamp)
    for (const sequence of this.#cutter.bounds.due(timestamp)) {
      this.#slots.own(sequence)
      this.#cutter.endBounded(sequence, timestamp + 1)
    }
  }

  /** Elements of one time take their places; markers for all keys cut the others before or after them (R113). */
  #placeAll(final: readonly KeyElements[], timestamp: Timestamp): void {
    const { broadcast } = this.#windowFn
    const owners = broadcast ? final.filter((each) => hasMarker(this.path, broadcast, each)) : []
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
      if (sequence.open.length === 0 || (second === undefined && sequence === first.sequence)) continue
      this.#slots.own(sequence)
      this.#cutter.endAll(sequence, timestamp)
    }
  }

  /** Sends the windows that have ended, each after the watermark that comes just before it, if it has come so far. */
  #sendEnded(watermarkBefore?: (stamp: Timestamp) => Timestamp): void {
    for (const { key, window, value, by } of this.#cutter.takeEnded()) {
      if (watermarkBefore) this.#output.advance(watermarkBefore(maxTimestamp(window)))
      this.#output.pane(key, window, value, by)
    }
  }

  #sequenceOf(ownKey: unknown): KeySequence {
    const key = this.#group.isKeyed ? ownKey : undefined
    const known = this.#keys.get(key)
    if (known) return known
    const sequence = newKeySequence(key === 0 ? 0 : key, this.#sequences.length)
    this.#keys.set(key, sequence)
    this.#sequences.push(sequence)
    this.#slots.add(sequence)
    return sequence
  }
}
