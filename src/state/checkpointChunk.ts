/**
 * Some of a node's entries as one value of a store: so many small writes would cost more than what they write. The values
 * stand as one encoded array, which is decoded at once, with the place of each, so that entries can be copied undecoded.
 *
 *     count, size of keys          32 bits each, big-endian, as are those below
 *     end of key, end of value     for each entry, counted from where keys, or values, begin
 *     keys                         one after the other
 *     values                       [value,value,...] by valueCoder; a deleted entry has none, and ends where the last one did
 */

import type { StateEntry } from '../core/checkpoint.ts'
import { valueCoder } from '../core/coders/valueCoder.ts'

const HEADER = 8
const PER_ENTRY = 8
const OPEN = 0x5b
const COMMA = 0x2c
const CLOSE = 0x5d

/** An entry whose value is encoded; undefined where it was deleted. */
export interface EncodedEntry {
  readonly key: Uint8Array
  readonly value: Uint8Array | undefined
}

/** Takes entries until the caller finds its `size` large enough, and then gives the chunk. */
export class ChunkWriter {
  /** Key and value ends, in turns. */
  #ends: number[] = []
  #keys: Uint8Array = new Uint8Array(1 << 14)
  #keysEnd = 0
  #values: Uint8Array = new Uint8Array(1 << 16)
  #valuesEnd = 0

  get count(): number {
    return this.#ends.length / 2
  }

  /** Bytes that the chunk will have, about. */
  get size(): number {
    return HEADER + this.#ends.length * (PER_ENTRY / 2) + this.#keysEnd + this.#valuesEnd
  }

  add(key: Uint8Array, value: Uint8Array | undefined): void {
    this.#keys = roomFor(this.#keys, this.#keysEnd + key.length)
    this.#keys.set(key, this.#keysEnd)
    this.#keysEnd += key.length
    if (value !== undefined) {
      this.#values = roomFor(this.#values, this.#valuesEnd + value.length + 2)
      this.#values[this.#valuesEnd] = this.#valuesEnd === 0 ? OPEN : COMMA
      this.#values.set(value, this.#valuesEnd + 1)
      this.#valuesEnd += value.length + 1
    }
    this.#ends.push(this.#keysEnd, this.#valuesEnd)
  }

  /** The chunk; the writer is empty afterwards. */
  take(): Uint8Array {
    const keysAt = HEADER + this.count * PER_ENTRY
    const valuesAt = keysAt + this.#keysEnd
    const chunk = new Uint8Array(valuesAt + Math.max(1, this.#valuesEnd) + 1)
    const view = new DataView(chunk.buffer)
    view.setUint32(0, this.count)
    view.setUint32(4, this.#keysEnd)
    this.#ends.forEach((end, at) => {
      view.setUint32(HEADER + at * 4, end)
    })
    chunk.set(this.#keys.subarray(0, this.#keysEnd), keysAt)
    chunk.set(this.#values.subarray(0, this.#valuesEnd), valuesAt)
    if (this.#valuesEnd === 0) chunk[valuesAt] = OPEN
    chunk[chunk.length - 1] = CLOSE
    this.#ends = []
    this.#keysEnd = 0
    this.#valuesEnd = 0
    return chunk
  }
}

/** The entries of a chunk, decoded; a deleted one has the value undefined. */
export function* decodedEntries(chunk: Uint8Array): Generator<StateEntry, void, undefined> {
  const values = valueCoder.decode(valuesOf(chunk)) as unknown[] // The writer writes an array.
  let live = 0
  for (const { key, value } of encodedEntries(chunk)) {
    yield { key, value: value === undefined ? undefined : values[live++] }
  }
}

/** The entries of a chunk as they stand in it: views, not copies. */
export function* encodedEntries(chunk: Uint8Array): Generator<EncodedEntry, void, undefined> {
  const view = viewOf(chunk)
  const count = view.getUint32(0)
  const keysAt = HEADER + count * PER_ENTRY
  const values = valuesOf(chunk)
  let keyFrom = 0
  let valueFrom = 0
  for (let at = 0; at < count; at++) {
    const keyEnd = view.getUint32(HEADER + at * PER_ENTRY)
    const valueEnd = view.getUint32(HEADER + at * PER_ENTRY + 4)
    yield {
      key: chunk.subarray(keysAt + keyFrom, keysAt + keyEnd),
      value: valueEnd === valueFrom ? undefined : values.subarray(valueFrom + 1, valueEnd),
    }
    keyFrom = keyEnd
    valueFrom = valueEnd
  }
}

function valuesOf(chunk: Uint8Array): Uint8Array {
  const view = viewOf(chunk)
  return chunk.subarray(HEADER + view.getUint32(0) * PER_ENTRY + view.getUint32(4))
}

function viewOf(chunk: Uint8Array): DataView {
  return new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}

function roomFor(buffer: Uint8Array, size: number): Uint8Array {
  if (size <= buffer.length) return buffer
  const larger = new Uint8Array(Math.max(size, buffer.length * 2))
  larger.set(buffer)
  return larger
}
