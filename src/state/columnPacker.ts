import { encodeText } from '../core/coders/valueCoder.ts'
import type { SavedColumn, SavedColumns } from '../core/combine.ts'
import { COLUMN_KIND, COLUMN_LAYOUT, COLUMNS_AT, isBlobs, isSame, isTexts, MANY } from './columnKinds.ts'
import { isColumnOfValues } from './savedValues.ts'

/**
 * Blocks share pages: an array of bytes for each block takes as long to allocate as the block to write. Pages are small, so that
 * what is read at once is garbage before V8 counts it as old: after 64 MB of old bytes outside of its heap it marks all of that.
 */
const PAGE = 1 << 15
const FIRST_PAGE = 1 << 12

/** Writes blocks of columns, one after the other. */
export class ColumnPacker {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_PAGE)
  #view = new DataView(this.#bytes.buffer)
  /** Where the block in hand begins. */
  #from = 0
  #at = 0
  /** Pages that are full, where they are written again. */
  #full: Uint8Array<ArrayBuffer>[] = []
  #spare: Uint8Array<ArrayBuffer>[] = []
  readonly #isRestarted: boolean
  readonly #encoder = new TextEncoder()
  /** Names as they are written. To encode the few that there are for each block took a fifth of the time. */
  readonly #names = new Map<string, Uint8Array>()

  /** `isRestarted` keeps pages for the next `restart`. */
  constructor(isRestarted = false) {
    this.#isRestarted = isRestarted
  }

  /** What was packed so far is no longer needed: its pages are written over. What was not needed this time is let go. */
  restart(): void {
    this.#spare = this.#full
    this.#full = []
    this.#at = 0
  }

  /** Every column has `rows` values. Throws NOT_ENCODABLE where valueCoder does not carry one. */
  pack(columns: SavedColumns, rows: number): Uint8Array {
    this.write(columns, rows)
    return this.#bytes.subarray(this.#from, this.#at)
  }

  /** Where the block in hand is: of a page, the bytes from `from` on and before `to`. */
  get page(): Uint8Array {
    return this.#bytes
  }

  get from(): number {
    return this.#from
  }

  get to(): number {
    return this.#at
  }

  /** As `pack`, for who wants no view of what was packed: thirty thousand views are megabytes that outlive a collection. */
  write(columns: SavedColumns, rows: number): void {
    this.#from = this.#at
    this.#reserve(COLUMNS_AT)
    this.#bytes[this.#at] = COLUMN_LAYOUT
    this.#view.setUint32(this.#at + 1, rows, true)
    this.#at += COLUMNS_AT
    this.#fields(columns)
  }

  #fields(columns: SavedColumns): void {
    const names = Object.keys(columns)
    this.#count(names.length)
    for (const name of names) {
      this.#name(name)
      this.#column(columns[name] as SavedColumn)
    }
  }

  #column(column: SavedColumn): void {
    if (!isColumnOfValues(column)) {
      this.#byte(COLUMN_KIND.columns)
      this.#fields(column)
    } else if (this.#numbers(column)) return
    else if (isTexts(column)) this.#texts(column)
    else if (isBlobs(column)) this.#blobs(column)
    else if (isSame(column)) this.#text(COLUMN_KIND.sameValue, encodeText(column[0]))
    else this.#text(COLUMN_KIND.values, encodeText(column))
  }

  /** Answers whether these are numbers, and are written. To look for that first took a quarter of the time. */
  #numbers(column: readonly unknown[]): boolean {
    const first = column[0]
    if (typeof first !== 'number') return false
    let least = first
    let most = first
    let isSame = true
    let isInteger = true
    for (let row = 0; row < column.length; row++) {
      const value = column[row]
      if (typeof value !== 'number') return false
      // -0 is no integer here: it would come back as 0.
      if ((value | 0) !== value || (value === 0 && Object.is(value, -0))) isInteger = false
      if (value !== first) isSame = false
      if (value < least) least = value
      if (value > most) most = value
    }
    // Zeros are equal and differ; NaN is equal to nothing.
    const numbers = column as readonly number[] // Each of them was looked at.
    if (isSame && (first !== 0 || isInteger)) this.#sameNumber(first)
    else if (!isInteger) this.#doubles(numbers)
    else if (least >= -0x80 && most < 0x80) this.#bytes1(numbers)
    else if (least >= -0x8000 && most < 0x8000) this.#bytes2(numbers)
    else this.#bytes4(numbers)
    return true
  }

  #sameNumber(value: number): void {
    this.#byte(COLUMN_KIND.sameNumber)
    this.#reserve(8)
    this.#view.setFloat64(this.#at, value, true)
    this.#at += 8
  }

  #bytes1(column: readonly number[]): void {
    this.#byte(COLUMN_KIND.bytes1)
    this.#reserve(column.length)
    for (const value of column) this.#bytes[this.#at++] = value
  }

  #bytes2(column: readonly number[]): void {
    this.#byte(COLUMN_KIND.bytes2)
    this.#reserve(2 * column.length)
    for (const value of column) {
      this.#view.setInt16(this.#at, value, true)
      this.#at += 2
    }
  }

  #bytes4(column: readonly number[]): void {
    this.#byte(COLUMN_KIND.bytes4)
    this.#reserve(4 * column.length)
    for (const value of column) {
      this.#view.setInt32(this.#at, value, true)
      this.#at += 4
    }
  }

  #doubles(column: readonly number[]): void {
    this.#byte(COLUMN_KIND.doubles)
    this.#reserve(8 * column.length)
    for (const value of column) {
      this.#view.setFloat64(this.#at, value, true)
      this.#at += 8
    }
  }

  #texts(column: readonly string[]): void {
    const text = column.join('')
    // UTF-8 carries no half of a pair; halves that meet in the joined text are a whole one, and come apart again.
    if (HALF_PAIR.test(text)) {
      this.#text(COLUMN_KIND.values, encodeText(column))
      return
    }
    this.#byte(COLUMN_KIND.texts)
    this.#lengths(column)
    this.#sized(text)
  }

  #lengths(column: readonly { readonly length: number }[]): void {
    this.#numbers(column.map(({ length }) => length))
  }

  #blobs(column: readonly Uint8Array[]): void {
    this.#byte(COLUMN_KIND.blobs)
    this.#lengths(column)
    for (const blob of column) {
      this.#reserve(blob.length)
      this.#bytes.set(blob, this.#at)
      this.#at += blob.length
    }
  }

  #text(kind: number, text: string): void {
    this.#byte(kind)
    this.#sized(text)
  }

  /** UTF-8 behind its size. */
  #sized(text: string): void {
    this.#reserve(4 + 3 * text.length)
    const { written } = this.#encoder.encodeInto(text, this.#bytes.subarray(this.#at + 4))
    this.#view.setUint32(this.#at, written, true)
    this.#at += 4 + written
  }

  #name(name: string): void {
    let encoded = this.#names.get(name)
    if (encoded === undefined) {
      encoded = this.#encoder.encode(name)
      this.#names.set(name, encoded)
    }
    this.#count(encoded.length)
    this.#reserve(encoded.length)
    for (let at = 0; at < encoded.length; at++) this.#bytes[this.#at++] = encoded[at] as number
  }

  #count(count: number): void {
    this.#byte(Math.min(count, MANY))
    if (count >= MANY) this.#sameNumber(count)
  }

  #byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#at++] = value
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#bytes.length) return
    const begun = this.#at - this.#from
    const page = this.#nextPage(begun + size)
    page.set(this.#bytes.subarray(this.#from, this.#at))
    this.#bytes = page
    this.#view = new DataView(page.buffer)
    this.#from = 0
    this.#at = begun
  }

  #nextPage(size: number): Uint8Array<ArrayBuffer> {
    if (this.#isRestarted) this.#full.push(this.#bytes)
    const spare = this.#spare.pop()
    if (spare !== undefined && spare.length >= size) return spare
    return new Uint8Array(Math.max(Math.min(PAGE, 4 * this.#bytes.length), 2 * size))
  }
}

const HALF_PAIR = /\p{Surrogate}/u
