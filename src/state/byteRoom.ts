/**
 * Bytes that are written over and over. Old bytes outside of V8's heap cost the whole of it: after 64 MB of them all that is in the
 * heap is marked, in steps that stop everything else for ten milliseconds each. Who writes megabytes with each checkpoint takes
 * them from a room and gives them back.
 */

/** Sizes are rounded up to this, so that the next bytes of about the same size find them. */
const UNIT = 1 << 12
/** What is kept for later at most. */
const MOST_FREE = 1 << 25

export class ByteRoom {
  /** Given back and not taken since. */
  readonly #free: Uint8Array[] = []
  #freeBytes = 0

  /** So many bytes, with anything in them. Few of them are no matter. */
  take(size: number): Uint8Array {
    if (size < UNIT) return new Uint8Array(size)
    // Twice the size is left for whoever needs it.
    const at = this.#free.findIndex(({ length }) => length >= size && length <= 2 * size + UNIT)
    const whole = at < 0 ? new Uint8Array(Math.ceil(size / UNIT) * UNIT) : (this.#free[at] as Uint8Array)
    if (at >= 0) {
      this.#free.splice(at, 1)
      this.#freeBytes -= whole.length
    }
    return whole.subarray(0, size)
  }

  /** Nobody looks any more at what `take` answered; other bytes are left alone. */
  giveBack({ buffer }: Uint8Array): void {
    const isOurs = buffer.byteLength % UNIT === 0
    if (!isOurs || this.#freeBytes + buffer.byteLength > MOST_FREE) return
    this.#freeBytes += buffer.byteLength
    this.#free.push(new Uint8Array(buffer))
  }
}
