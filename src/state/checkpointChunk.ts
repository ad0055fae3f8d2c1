/**
 * Some of a node's entries as one value of a store: so many small writes would cost more than what they write. Values of
 * valueCoder stand as one encoded array, which is decoded at once; bytes stand as they are. Each has its place, so that entries
 * can be copied undecoded.
 *
 *     count, size of keys, of text     32 bits each, big-endian, as are those below
 *     end of key, of text, of bytes    for each entry, counted from where keys, text or bytes begin; text in characters
 *     keys                             one after the other
 *     text                             [value,value,...] by valueCoder; an entry with none ends where the last one did
 *     bytes                            of entries whose values are bytes; an entry with neither was deleted
 *
 * The first format has no bytes: neither their ends, nor the size of text.
 */

import type { StateEntry } from '../core/checkpoint.ts'
import { decodeText } from '../core/coders/valueCoder.ts'
import type { ByteKeys } from './byteKeys.ts'
import type { ByteRoom } from './byteRoom.ts'

/** How many numbers of 32 bits a chunk begins with, and how many of them each entry has. */
const SHAPES = { 1: { header: 8, perEntry: 8 }, 2: { header: 12, perEntry: 12 } } as const
const { header: HEADER, perEntry: PER_ENTRY } = SHAPES[2]
/** Up to here it is faster to copy bytes one by one. */
const SHORT_KEY = 64

export type ChunkFormat = keyof typeof SHAPES
export const CHUNK_FORMAT: ChunkFormat = 2

/** A value as it is encoded: text of valueCoder, or bytes, of which there is at least one; undefined when deleted. */
export type EncodedValue = string | Uint8Array | undefined

/** Takes entries until the caller finds its `work` enough, and then gives the chunk. */
export class ChunkWriter {
  /** Key, text and byte ends, in turns. */
  #ends: number[] = []
  readonly #keys = new Bytes()
  readonly #bytes = new Bytes()
  readonly #encoded = new Bytes()
  #text = ''

  get count(): number {
    return this.#ends.length / 3
  }

  /** What the chunk costs, as if it were all text of so many bytes: text takes several times as long as bytes. */
  get work(): number {
    return 4 * this.#ends.length + this.#keys.end + this.#text.length + this.#bytes.end / 4
  }

  /** The key is the bytes of `source` from `from` on and before `to`. */
  add(source: Uint8Array, from: number, to: number, value: EncodedValue): void {
    this.#keys.add(source, from, to)
    if (typeof value === 'string') this.#text += (this.#text === '' ? '[' : ',') + value
    else if (value !== undefined) this.#bytes.add(value, 0, value.length)
    this.#ends.push(this.#keys.end, this.#text.length, this.#bytes.end)
  }

  /** The chunk, taken from the room, behind as many bytes that are left to the caller; the writer is empty afterwards. */
  take(room: ByteRoom, before: number): Uint8Array {
    this.#encoded.addText(this.#text === '' ? '[]' : `${this.#text}]`)
    const text = this.#encoded.taken()
    const keysAt = HEADER + this.count * PER_ENTRY
    const textAt = keysAt + this.#keys.end
    const bytesAt = textAt + text.length
    const bytes = room.take(before + bytesAt + this.#bytes.end)
    const chunk = bytes.subarray(before)
    const view = new DataView(chunk.buffer, chunk.byteOffset)
    view.setUint32(0, this.count)
    view.setUint32(4, this.#keys.end)
    view.setUint32(8, text.length)
    for (let at = 0; at < this.#ends.length; at++) view.setUint32(HEADER + at * 4, this.#ends[at] as number)
    chunk.set(this.#keys.taken(), keysAt)
    chunk.set(text, textAt)
    chunk.set(this.#bytes.taken(), bytesAt)
    this.#ends = []
    this.#text = ''
    return bytes
  }
}

/** It keeps nothing between two calls. */
const ENCODER = new TextEncoder()

/** Bytes, one after the other. */
class Bytes {
  end = 0
  #bytes: Uint8Array = new Uint8Array(1 << 14)

  add(source: Uint8Array, from: number, to: number): void {
    const length = to - from
    this.#reserve(length)
    if (length > SHORT_KEY) this.#bytes.set(source.subarray(from, to), this.end)
    else for (let at = 0; at < length; at++) this.#bytes[this.end + at] = source[from + at] as number
    this.end += length
  }

  /** UTF-8. */
  addText(text: string): void {
    this.#reserve(3 * text.length)
    this.end += ENCODER.encodeInto(text, this.#bytes.subarray(this.end)).written
  }

  /** What was added, until more is; the next begins anew. */
  taken(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.end)
    this.end = 0
    return taken
  }

  #reserve(length: number): void {
    if (this.end + length <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.end + length, this.#bytes.length * 2))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

/** A chunk opened to be read. */
export class ChunkReader {
  readonly count: number
  readonly #chunk: Uint8Array
  readonly #view: DataView
  readonly #header: number
  readonly #perEntry: number
  readonly #keysAt: number
  readonly #bytesAt: number
  /** All values of valueCoder as they are encoded. */
  readonly #text: string

  constructor(chunk: Uint8Array, format: ChunkFormat) {
    const { header, perEntry } = SHAPES[format]
    this.#chunk = chunk
    this.#view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    this.#header = header
    this.#perEntry = perEntry
    this.count = this.#view.getUint32(0)
    this.#keysAt = header + this.count * perEntry
    const textAt = this.#keysAt + this.#view.getUint32(4)
    this.#bytesAt = format === 1 ? chunk.length : textAt + this.#view.getUint32(8)
    this.#text = new TextDecoder().decode(chunk.subarray(textAt, this.#bytesAt))
  }

  /** Adds an entry's key; true when it was not there. */
  addKey(at: number, to: ByteKeys): boolean {
    return to.add(this.#chunk, this.#keysAt + this.#keyEnd(at - 1), this.#keysAt + this.#keyEnd(at))
  }

  hasKeyIn(at: number, keys: ByteKeys): boolean {
    return keys.has(this.#chunk, this.#keysAt + this.#keyEnd(at - 1), this.#keysAt + this.#keyEnd(at))
  }

  isDeleted(at: number): boolean {
    return !this.#hasText(at) && this.#bytesEnd(at) === this.#bytesEnd(at - 1)
  }

  /** Copies an entry as it is encoded. */
  copy(at: number, to: ChunkWriter): void {
    const text = this.#hasText(at) ? this.#text.slice(this.#textEnd(at - 1) + 1, this.#textEnd(at)) : undefined
    const value = text ?? this.#bytesOf(at)
    to.add(this.#chunk, this.#keysAt + this.#keyEnd(at - 1), this.#keysAt + this.#keyEnd(at), value)
  }

  /** The entries for which `isWanted` says so, decoded; deleted ones are left out, but asked about. */
  *entries(isWanted: (at: number) => boolean): Generator<StateEntry, void, undefined> {
    const values = decodeText(this.#text) as unknown[] // The writer writes an array.
    let decoded = 0
    for (let at = 0; at < this.count; at++) {
      const value = this.#hasText(at) ? values[decoded++] : this.#bytesOf(at)
      if (!isWanted(at) || this.isDeleted(at)) continue
      yield { key: this.#chunk.subarray(this.#keysAt + this.#keyEnd(at - 1), this.#keysAt + this.#keyEnd(at)), value }
    }
  }

  /** Undefined where there are none. */
  #bytesOf(at: number): Uint8Array | undefined {
    const from = this.#bytesEnd(at - 1)
    const to = this.#bytesEnd(at)
    return from === to ? undefined : this.#chunk.subarray(this.#bytesAt + from, this.#bytesAt + to)
  }

  #hasText(at: number): boolean {
    return this.#textEnd(at) !== this.#textEnd(at - 1)
  }

  #keyEnd(at: number): number {
    return this.#end(at, 0)
  }

  #textEnd(at: number): number {
    return this.#end(at, 4)
  }

  #bytesEnd(at: number): number {
    return this.#perEntry === PER_ENTRY ? this.#end(at, 8) : 0
  }

  #end(at: number, which: number): number {
    return at < 0 ? 0 : this.#view.getUint32(this.#header + at * this.#perEntry + which)
  }
}
