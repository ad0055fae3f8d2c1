import type { Coder } from '../coder.ts'

/** Numbers in eight bytes (IEEE 754, big-endian): NaN, the infinities and -0 come back as they were. */
export const numberCoder: Coder<number> = {
  id: 'number/1',
  isDeterministic: true,
  encode(value) {
    const bytes = new Uint8Array(8)
    // Engines may keep several bit patterns of NaN; one of them is written.
    new DataView(bytes.buffer).setFloat64(0, Number.isNaN(value) ? Number.NaN : value)
    return bytes
  },
  decode: (bytes) => new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0),
}
