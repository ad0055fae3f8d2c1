/**
 * Bytes that are written over and over. Old bytes outside of V8's heap cost the whole of it: after 64 MB of them all that is in the
 * heap is marked, in steps that stop everything else for ten milliseconds each. Who writes megabytes with each checkpoint takes
 * them from a room and gives them back.
 */

/** Sizes are rounded up to this, so that the next bytes of about the same size find them. */
const UNIT = 1 << 12
/** So many are kept for later at most. */
const MOST_FREE = 128

export interface ByteRoom {
  /** So many bytes, with anything in them. */
  take(size: number): Uint8Array
  /** Nobody looks any more at what `take` answered. Few bytes are let go. */
  giveBack(bytes: Uint8Array): void
}

export function byteRoom(): ByteRoom {
  /** Given back and not taken since. */
  const free: Uint8Array[] = []
  return {
    take(size) {
      // Twice the size is left for whoever needs it.
      const at = free.findIndex(({ length }) => length >= size && length <= 2 * size)
      const whole = free.splice(at, at < 0 ? 0 : 1)[0]
      return (whole ?? new Uint8Array(size < UNIT ? size : (size | (UNIT - 1)) + 1)).subarray(0, size)
    },
    giveBack({ buffer }) {
      if (buffer.byteLength >= UNIT && free.length < MOST_FREE) free.push(new Uint8Array(buffer))
    },
  }
}
