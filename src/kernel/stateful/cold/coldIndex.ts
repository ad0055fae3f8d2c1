/**
 * Cold records in the order of two numbers, such as a timer's time and its order. The first few stand in memory, so that
 * asking for the first costs nothing. Entries of records that came back stay where they are until they would be the first:
 * most are at places that have nothing in common, and a record that leaves as it came needs them again.
 */
import { readNumber, writeNumber } from '../../../core/coders/orderedBytes.ts'
import type { ColdCopy } from './coldCopy.ts'
import { bytesOf, type ColdEntry, type ColdTable, isFull } from './coldTable.ts'

/** More are left to the table. */
const MOST_AHEAD = 16_384

/** A number takes eight characters. */
const NUMBER_LENGTH = 8

/** What an index is told of the records in it. */
export interface IndexParts {
  /** Copies whose records are in memory, by their numbers. */
  readonly warm: ReadonlyMap<number, ColdCopy>
  /** Called when the index forgets the place of a copy whose record is in memory. */
  onForgotten(copy: ColdCopy, first: number, second: number): void
}

export interface IndexEntry {
  /** Both numbers as a text in their order. */
  readonly place: string
  readonly first: number
  readonly second: number
  /** Of the record, and the number of its copy. */
  readonly id: string
  readonly number: number
}

export class ColdIndex {
  readonly #table: ColdTable
  readonly #prefix: string
  readonly #parts: IndexParts
  /** The first entries, in their order. */
  #ahead: IndexEntry[] = []
  /** True when the table has others, all of which come after those. */
  #hasMore = false

  constructor(table: ColdTable, prefix: string, parts: IndexParts) {
    this.#table = table
    this.#prefix = prefix
    this.#parts = parts
  }

  /** The entry of a cold record that comes first; undefined for none. */
  get first(): IndexEntry | undefined {
    for (;;) {
      if (this.#ahead.length === 0 && this.#hasMore) this.#read()
      const entry = this.#ahead[0]
      const copy = entry && this.#parts.warm.get(entry.number)
      if (entry === undefined || copy === undefined) return entry
      this.delete(entry.first, entry.second)
      this.#parts.onForgotten(copy, entry.first, entry.second)
    }
  }

  /** The first number of the first entry; Infinity for none. */
  get next(): number {
    return this.first?.first ?? Number.POSITIVE_INFINITY
  }

  /** The first number of the first entry that has one above `after`; Infinity for none. */
  nextAfter(after: number): number {
    if (this.next > after) return this.next
    const isNext = ({ first, number }: IndexEntry): boolean => first > after && !this.#parts.warm.has(number)
    const near = this.#ahead.find(isNext)
    if (near) return near.first
    if (!this.#hasMore) return Number.POSITIVE_INFINITY
    for (const entry of this.#table.entries(this.#prefix)) {
      const found = this.#entryOf(entry)
      if (isNext(found)) return found.first
    }
    return Number.POSITIVE_INFINITY
  }

  add(first: number, second: number, id: string, number: number): void {
    const place = placeOf(first, second)
    this.#table.set(this.#prefix + place, numberText(number) + id)
    const ahead = this.#ahead
    const last = ahead.at(-1)
    if (this.#hasMore && (last === undefined || place > last.place)) return
    ahead.splice(this.#find(place), 0, { place, first, second, id, number })
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
    const first = readNumber(cursor)
    const second = readNumber(cursor)
    return { place, first, second, id: value.slice(NUMBER_LENGTH), number: numberIn(value) }
  }
}

/** Texts of which the order is that of the first numbers, then of the second. */
export function placeOf(first: number, second: number): string {
  return numberText(first) + numberText(second)
}

/** Texts of which the order is that of the numbers. */
export function numberText(number: number): string {
  const bytes: number[] = []
  writeNumber(bytes, number)
  return String.fromCharCode(...bytes)
}

function numberIn(text: string): number {
  return readNumber({ bytes: bytesOf(text.slice(0, NUMBER_LENGTH)), at: 0 })
}
