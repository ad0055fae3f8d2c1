/**
 * Encodings whose byte order is the order of the values, and that say where they end, so that they can follow each
 * other inside a longer key. Writers append to a plain array of byte values; readers take a cursor and move it.
 */
export interface ByteCursor {
  readonly bytes: Uint8Array
  at: number
}

/** Ends a text, bytes, an array or an object; smaller than every byte that can stand in its place. */
export const END = 0

/** After a zero inside bytes: tells it from the end. */
const ZERO_FOLLOWS = 0xff

/** Scratch space of one call: nothing in it outlives the call. */
const BITS = new DataView(new ArrayBuffer(8))

/** Eight bytes. Positive numbers get their sign bit set, negative ones all bits flipped. */
export function writeNumber(out: number[], value: number): void {
  BITS.setFloat64(0, value)
  const flip = BITS.getUint8(0) < 0x80 ? 0 : 0xff
  out.push(BITS.getUint8(0) ^ (flip | 0x80))
  for (let at = 1; at < 8; at++) out.push(BITS.getUint8(at) ^ flip)
}

export function readNumber(cursor: ByteCursor): number {
  const first = readByte(cursor)
  const flip = first >= 0x80 ? 0 : 0xff
  BITS.setUint8(0, first ^ (flip | 0x80))
  for (let at = 1; at < 8; at++) BITS.setUint8(at, readByte(cursor) ^ flip)
  return BITS.getFloat64(0)
}

/** A sign byte, the length of the magnitude in four bytes, and the magnitude; all but the sign flipped when negative. */
export function writeBigInt(out: number[], value: bigint): void {
  const isNegative = value < 0n
  const flip = isNegative ? 0xff : 0
  const digits = (isNegative ? -value : value).toString(16)
  const hex = digits.length % 2 === 0 ? digits : `0${digits}`
  const length = hex.length / 2
  out.push(isNegative ? 0 : 1)
  for (const shift of [24, 16, 8, 0]) out.push(((length >>> shift) & 0xff) ^ flip)
  for (let at = 0; at < hex.length; at += 2) out.push(Number.parseInt(hex.slice(at, at + 2), 16) ^ flip)
}

export function readBigInt(cursor: ByteCursor): bigint {
  const isNegative = readByte(cursor) === 0
  const flip = isNegative ? 0xff : 0
  let length = 0
  for (let at = 0; at < 4; at++) length = length * 0x100 + (readByte(cursor) ^ flip)
  let hex = '0x'
  for (let at = 0; at < length; at++) hex += (readByte(cursor) ^ flip).toString(16).padStart(2, '0')
  return isNegative ? -BigInt(hex) : BigInt(hex)
}

/**
 * UTF-8, each byte raised by one so that zero is free to end it (no byte of UTF-8 is above 0xf4). Surrogates that
 * stand alone are written as three bytes, so that every string comes back as it was.
 */
export function writeText(out: number[], text: string): void {
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at) as number
    if (point < 0x80) {
      out.push(point + 1)
    } else if (point < 0x800) {
      out.push((point >> 6) + 0xc1, (point & 0x3f) + 0x81)
    } else if (point < 0x10000) {
      out.push((point >> 12) + 0xe1, ((point >> 6) & 0x3f) + 0x81, (point & 0x3f) + 0x81)
    } else {
      out.push((point >> 18) + 0xf1, ((point >> 12) & 0x3f) + 0x81, ((point >> 6) & 0x3f) + 0x81, (point & 0x3f) + 0x81)
      at++
    }
  }
  out.push(END)
}

export function readText(cursor: ByteCursor): string {
  let text = ''
  for (let first = readByte(cursor); first !== END; first = readByte(cursor)) {
    if (first <= 0x80) text += String.fromCharCode(first - 1)
    else if (first < 0xe1) text += String.fromCharCode(readTail(cursor, first - 0xc1, 1))
    else if (first < 0xf1) text += String.fromCharCode(readTail(cursor, first - 0xe1, 2))
    else text += String.fromCodePoint(readTail(cursor, first - 0xf1, 3))
  }
  return text
}

/** The bytes as they are; a zero is followed by 0xff, and a zero without it is the end. */
export function writeBytes(out: number[], bytes: Uint8Array): void {
  for (const byte of bytes) {
    out.push(byte)
    if (byte === 0) out.push(ZERO_FOLLOWS)
  }
  out.push(END)
}

export function readBytes(cursor: ByteCursor): Uint8Array {
  const bytes: number[] = []
  for (;;) {
    const byte = readByte(cursor)
    if (byte === 0) {
      if (cursor.bytes[cursor.at] !== ZERO_FOLLOWS) return Uint8Array.from(bytes)
      cursor.at++
    }
    bytes.push(byte)
  }
}

/** The next byte. Past the end it throws a RangeError, which the coder reports. */
export function readByte(cursor: ByteCursor): number {
  const byte = cursor.bytes[cursor.at]
  if (byte === undefined) throw new RangeError(`the encoding ends after ${cursor.at} bytes, in the middle of a value`)
  cursor.at++
  return byte
}

function readTail(cursor: ByteCursor, first: number, count: number): number {
  let point = first
  for (let left = count; left > 0; left--) point = (point << 6) | (readByte(cursor) - 0x81)
  return point
}
