/**
 * Some of a node's entries as one value of a store: so many small writes would cost more than what they write. The values
 * stand as one encoded array, which is decoded at once, with the place of each, so that entries can be copied undecoded.
 *
 *     count, size of keys          32 bits each, big-endian, as are those below
 *     end of key, end of value     for each entry, counted from where keys, or values, begin: in bytes, and in characters
 *     keys                         one after the other
 *     values                       [value,value,...] by valueCoder; a deleted entry has none, and ends where the last one did
 */

import type { StateEntry } from '../core/checkpoint.ts'
import { decodeText } from '../core/coders/valueCoder.ts'

const HEADER = 8
const PER_ENTRY = 8
/** Up to here it is faster to copy bytes one by one. */
const SHORT_KEY = 64

/** Takes entries until the caller finds its `size` large enough, and then gives the chunk. */
export class ChunkWriter {
  /** Key and value ends, in turns. */
  #ends: number[] = []
  #keys: Uint8Array = new Uint8Array(1 << 14)
  #keysEnd = 0
  #values = ''

  get count(): number {
    return this.#ends.length / 2
  }

  /** Bytes that the chunk will have, about. */
  get size(): number {
    return HEADER + this.#ends.length * (PER_ENTRY / 2) + this.#keysEnd + this.#values.length
  }

  /** The key is the bytes of `source` from `from` on and before `to`; the value is encoded, or undefined when deleted. */
  add(source: Uint8Array, from: number, to: number, value: string | undefined): void {
    const length = to - from
    this.#reserve(this.#keysEnd + length)
    if (length > SHORT_KEY) this.#keys.set(source.subarray(from, to), this.#keysEnd)
    else for (let at = 0; at < length; at++) this.#keys[this.#keysEnd + at] = source[from + at] as number
    this.#keysEnd += length
    if (value !== undefined) this.#values += (this.#values === '' ? '[' : ',') + value
    this.#ends.push(this.#keysEnd, this.#values.length)
  }

  /** The chunk; the writer is empty afterwards. */
  take(): Uint8Array {
    const values = new TextEncoder().encode(this.#values === '' ? '[]' : `${this.#values}]`)
    const keysAt = HEADER + this.count * PER_ENTRY
    const valuesAt = keysAt + this.#keysEnd
    const chunk = new Uint8Array(valuesAt + values.length)
    const view = new DataView(chunk.buffer)
    view.setUint32(0, this.count)
    view.setUint32(4, this.#keysEnd)
    for (const [at, end] of this.#ends.entries()) view.setUint32(HEADER + at * 4, end)
    chunk.set(this.#keys.subarray(0, this.#keysEnd), keysAt)
    chunk.set(values, valuesAt)
    this.#ends = []
    this.#keysEnd = 0
    this.#values = ''
    return chunk
  }

  #reserve(size: number): void {
    if (size <= this.#keys.length) return
    const larger = new Uint8Array(Math.max(size, this.#keys.length * 2))
    larger.set(this.#keys)
    this.#keys = larger
  }
}

/** A chunk opened to be read. */
export class ChunkReader {
  readonly count: number
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #keysAt: number
  /** All values as they are encoded. */
  readonly #values: string
  /** All keys, a character for each byte: which character it is depends on the platform, but differs for each byte. */
  #keys: string | undefined

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.count = this.#view.getUint32(0)
    this.#keysAt = HEADER + this.count * PER_ENTRY
    this.#values = new TextDecoder().decode(bytes.subarray(this.#keysAt + this.#view.getUint32(4)))
  }

  /** The identity of an entry's key, for sets. */
  keyId(at: number): string {
    this.#keys ??= new TextDecoder('latin1').decode(
      this.#bytes.subarray(this.#keysAt, this.#keysAt + this.#view.getUint32(4)),
    )
    return this.#keys.slice(this.#keyEnd(at - 1), this.#keyEnd(at))
  }

  isDeleted(at: number): boolean {
    return this.#valueEnd(at) === this.#valueEnd(at - 1)
  }

  /** Copies an entry as it is encoded. */
  copy(at: number, to: ChunkWriter): void {
    const value = this.isDeleted(at) ? undefined : this.#values.slice(this.#valueEnd(at - 1) + 1, this.#valueEnd(at))
    to.add(this.#bytes, this.#keysAt + this.#keyEnd(at - 1), this.#keysAt + this.#keyEnd(at), value)
  }

  /** The entries for which `isWanted` says so, decoded; deleted ones are left out, but asked about. */
  *entries(isWanted: (at: number) => boolean): Generator<StateEntry, void, undefined> {
    const values = decodeText(this.#values) as unknown[] // The writer writes an array.
    let live = 0
    for (let at = 0; at < this.count; at++) {
      const isDeleted = this.isDeleted(at)
      const value = isDeleted ? undefined : values[live++]
      if (!isWanted(at) || isDeleted) continue
      yield { key: this.#bytes.subarray(this.#keysAt + this.#keyEnd(at - 1), this.#keysAt + this.#keyEnd(at)), value }
    }
  }

  #keyEnd(at: number): number {
    return at < 0 ? 0 : this.#view.getUint32(HEADER + at * PER_ENTRY)
  }

  #valueEnd(at: number): number {
    return at < 0 ? 0 : this.#view.getUint32(HEADER + at * PER_ENTRY + 4)
  }
}
