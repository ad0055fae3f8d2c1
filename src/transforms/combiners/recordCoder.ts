import type { Coder } from '../../core/coder.ts'
import { valueCoder, valueCoderOf } from '../../core/coders/valueCoder.ts'

/** The accumulators of a record: as one value where each is one, else one after the other, each behind its length in four bytes. */
export function recordCoder(parts: readonly Coder<unknown>[]): Coder<unknown[]> {
  if (parts.every((part) => part === valueCoder)) return valueCoderOf()
  return {
    id: `record(${parts.map((part) => part.id).join(',')})`,
    isDeterministic: parts.every((part) => part.isDeterministic),
    encode(cells) {
      const encoded = parts.map((part, at) => part.encode(cells[at]))
      const bytes = new Uint8Array(encoded.reduce((length, part) => length + 4 + part.length, 0))
      const view = new DataView(bytes.buffer)
      let at = 0
      for (const part of encoded) {
        view.setUint32(at, part.length)
        bytes.set(part, at + 4)
        at += 4 + part.length
      }
      return bytes
    },
    decode(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      let at = 0
      return parts.map((part) => {
        const from = at + 4
        at = from + view.getUint32(at)
        return part.decode(bytes.subarray(from, at))
      })
    },
  }
}
