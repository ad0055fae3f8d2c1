/** The elements that wait for side inputs, in the order in which they came; each is an entry of checkpoints, written once. */
import type { StateEntry } from '../../core/checkpoint.ts'
import { keyCoder } from '../../core/coders/keyCoder.ts'
import type { Timestamp } from '../../core/time.ts'
import type { Placed } from './sideOutput.ts'
import type { SideCell } from './sidePort.ts'

export interface Waiting extends Placed {
  /** The main input's watermark when the element came: the output does not pass it. */
  readonly heldAt: Timestamp
  /** What it looks into, by side input. */
  readonly cells: readonly (SideCell | undefined)[]
}

/** An element as it is saved: what it looks into is found again. */
export type SavedWaiting = Omit<Waiting, 'cells'>

/** What an entry holds. */
export interface SavedPlace extends SavedWaiting {
  /** Places count up: elements come at the end and leave at the beginning. */
  readonly place: number
}

/** So many that have left are kept at least, so that it is seldom that the others move up. */
const MOST_LEFT = 1024

export class SideQueue {
  #elements: (Waiting | undefined)[] = []
  /** Where the oldest stands. */
  #first = 0
  /** Its place. */
  #place = 0
  /** Places that captures have: from `from` on, and before `to`. */
  #captured = { from: 0, to: 0 }

  get size(): number {
    return this.#elements.length - this.#first
  }

  get oldest(): Waiting | undefined {
    return this.#elements[this.#first]
  }

  add(element: Waiting): void {
    this.#elements.push(element)
  }

  /** Takes out the oldest, of which there is one. */
  shift(): void {
    this.#elements[this.#first] = undefined
    this.#first++
    this.#place++
    if (this.#first < MOST_LEFT || 2 * this.#first < this.#elements.length) return
    this.#elements = this.#elements.slice(this.#first)
    this.#first = 0
  }

  save(): SavedWaiting[] {
    return this.#from(0).map(({ cells: _, ...element }) => element)
  }

  /** What changed since the last capture, which may be read later: elements do not change. */
  capture(): Iterable<StateEntry> {
    const { from, to } = this.#captured
    const begin = Math.max(to, this.#place)
    const come = this.#from(begin - this.#place)
    const goneTo = Math.min(to, this.#place)
    this.#captured = { from: this.#place, to: this.#place + this.size }
    return entriesOf(from, goneTo, begin, come)
  }

  /** What captures hold, in any order; `wait` adds each. */
  resume(saved: readonly SavedPlace[], wait: (element: SavedWaiting) => void): void {
    const inOrder = [...saved].sort((a, b) => a.place - b.place)
    this.#place = inOrder[0]?.place ?? 0
    for (const { place: _, ...element } of inOrder) wait(element)
    this.#captured = { from: this.#place, to: this.#place + this.size }
  }

  /** All but so many of the oldest. */
  #from(oldest: number): readonly Waiting[] {
    return this.#elements.slice(this.#first + oldest) as readonly Waiting[] // None of them has left.
  }
}

function* entriesOf(
  from: number,
  goneTo: number,
  begin: number,
  come: readonly Waiting[],
): Generator<StateEntry, void, undefined> {
  for (let place = from; place < goneTo; place++) yield { key: keyCoder.encode(place), value: undefined }
  for (const [at, { cells: _, ...element }] of come.entries()) {
    const value: SavedPlace = { place: begin + at, ...element }
    yield { key: keyCoder.encode(value.place), value }
  }
}
