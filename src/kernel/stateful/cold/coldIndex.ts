/**
 * Ids of cold records in the order of two numbers, such as a timer's time and its order. The first few stand in memory, so
 * that asking for the first costs nothing.
 */
import { readNumber, writeNumber } from '../../../core/coders/orderedBytes.ts'
import { byteText } from '../../../state/byteText.ts'
import { bytesOf, type ColdEntry, type ColdTable, isFull } from './coldTable.ts'

/** More are left to the table. */
const MOST_AHEAD = 4096

export interface IndexEntry {
  /** Both numbers as a text in their order. */
  readonly place: string
  readonly first: number
  readonly second: number
  readonly id: string
}

export class ColdIndex {
  readonly #table: ColdTable
  readonly #prefix: string
  /** The first entries, in their order. */
  #ahead: IndexEntry[] = []
  /** True when the table has others, all of which come after those. */
  #hasMore = false

  constructor(table: ColdTable, prefix: string) {
    this.#table = table
    this.#prefix = prefix
  }

  /** The entry that comes first; undefined for none. */
  get first(): IndexEntry | undefined {
    if (this.#ahead.length === 0 && this.#hasMore) this.#read()
    return this.#ahead[0]
  }

  /** The first number of the first entry; Infinity for none. */
  get next(): number {
    return this.first?.first ?? Number.POSITIVE_INFINITY
  }

  /** The first number of the first entry that has one above `after`; Infinity for none. */
  nextAfter(after: number): number {
    if (this.next > after) return this.next
    const near = this.#ahead.find(({ first }) => first > after)
    if (near) return near.first
    if (!this.#hasMore) return Number.POSITIVE_INFINITY
    for (const entry of this.#table.entries(this.#prefix)) {
      const { first } = this.#entryOf(entry)
      if (first > after) return first
    }
    return Number.POSITIVE_INFINITY
  }

  add(first: number, second: number, id: string): void {
    const place = placeOf(first, second)
    this.#table.set(this.#prefix + place, bytesOf(id))
    const ahead = this.#ahead
    const last = ahead.at(-1)
    if (this.#hasMore && (last === undefined || place > last.place)) return
    ahead.splice(this.#find(place), 0, { place, first, second, id })
    if (ahead.length <= MOST_AHEAD) return
    ahead.length = MOST_AHEAD / 2
    this.#hasMore = true
  }

  delete(first: number, second: number): void {
    const place = placeOf(first, second)
    this.#table.delete(this.#prefix + place)
    const at = this.#find(place)
    if (this.#ahead[at]?.place !== place) return
    if (at === 0) this.#ahead.shift()
    else this.#ahead.splice(at, 1)
  }

  /** The place of the first entry ahead that is not before `place`. */
  #find(place: string): number {
    let [from, to] = [0, this.#ahead.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if ((this.#ahead[middle] as IndexEntry).place < place) from = middle + 1
      else to = middle
    }
    return from
  }

  #read(): void {
    const page = this.#table.page(this.#prefix)
    this.#ahead = page.map((entry) => this.#entryOf(entry))
    this.#hasMore = isFull(page)
  }

  #entryOf({ key, value }: ColdEntry): IndexEntry {
    const place = key.slice(this.#prefix.length)
    const cursor = { bytes: bytesOf(place), at: 0 }
    return { place, first: readNumber(cursor), second: readNumber(cursor), id: byteText(value) }
  }
}

/** Texts of which the order is that of the first numbers, then of the second. */
export function placeOf(first: number, second: number): string {
  const bytes: number[] = []
  writeNumber(bytes, first)
  writeNumber(bytes, second)
  return String.fromCharCode(...bytes)
}
