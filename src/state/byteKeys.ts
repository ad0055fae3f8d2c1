/**
 * A set of keys outside of the heap: their bytes stand one after the other in pages, and typed arrays say where. As strings in a
 * Set each takes some eighty bytes that the collector marks again and again, and a store holds more keys than the heap may.
 */

/** Keys stand at multiples of eight bytes, behind their lengths. */
const UNIT_BITS = 3
const LENGTH_BYTES = 4
/** A page has up to so many units: a place is its page, and a unit in it. The first ones are smaller. */
const PAGE_BITS = 17
const PAGE_BYTES = 1 << (PAGE_BITS + UNIT_BITS)
const FIRST_PAGE_BYTES = 1 << 12

export class ByteKeys {
  /** Hash, and place + 1, in turns; 0 says that nothing is there. */
  readonly #table: Uint32Array
  readonly #pages: { readonly bytes: Uint8Array; readonly view: DataView }[] = []
  /** Where the next key goes in the last page. */
  #at = 0

  /** `most` keys at most will be added. The table never grows: to move a million keys would stop everything else. */
  constructor(most: number) {
    this.#table = new Uint32Array(2 * 2 ** Math.ceil(Math.log2(2 * most + 2)))
  }

  /** The key is the bytes of `source` from `from` on and before `to`. */
  has(source: Uint8Array, from: number, to: number): boolean {
    return this.#table[this.#find(hashOf(source, from, to), source, from, to) + 1] !== 0
  }

  /** Answers true when the key was not there. */
  add(source: Uint8Array, from: number, to: number): boolean {
    const hash = hashOf(source, from, to)
    const at = this.#find(hash, source, from, to)
    if (this.#table[at + 1] !== 0) return false
    this.#table[at] = hash
    this.#table[at + 1] = this.#keep(source, from, to) + 1
    return true
  }

  /** Where in the table the key is, or would be. */
  #find(hash: number, source: Uint8Array, from: number, to: number): number {
    const table = this.#table
    const last = table.length - 1
    let at = (hash << 1) & last
    for (let place = table[at + 1]; place !== 0; place = table[at + 1]) {
      if (table[at] === hash && this.#isAt((place as number) - 1, source, from, to)) break
      at = (at + 2) & last
    }
    return at
  }

  #isAt(place: number, source: Uint8Array, from: number, to: number): boolean {
    // A place is in a page.
    const { bytes, view } = this.#pages[place >>> PAGE_BITS] as { bytes: Uint8Array; view: DataView }
    const start = (place << UNIT_BITS) & (PAGE_BYTES - 1)
    if (view.getUint32(start) !== to - from) return false
    const shift = start + LENGTH_BYTES - from
    for (let at = from; at < to; at++) if (bytes[at + shift] !== source[at]) return false
    return true
  }

  /** Copies a key into a page, and answers its place. */
  #keep(source: Uint8Array, from: number, to: number): number {
    const size = LENGTH_BYTES + to - from
    let page = this.#pages.at(-1)
    if (page === undefined || this.#at + size > page.bytes.length) {
      const usual = Math.min(PAGE_BYTES, FIRST_PAGE_BYTES << Math.min(this.#pages.length, 16))
      const bytes = new Uint8Array(Math.max(usual, size))
      page = { bytes, view: new DataView(bytes.buffer) }
      this.#pages.push(page)
      this.#at = 0
    }
    const start = this.#at
    page.view.setUint32(start, to - from)
    for (let at = from; at < to; at++) page.bytes[start + LENGTH_BYTES + at - from] = source[at] as number
    // A key that is larger than a page fills its own: nothing stands behind it.
    this.#at = Math.ceil((start + size) / (1 << UNIT_BITS)) << UNIT_BITS
    return (this.#pages.length - 1) * (1 << PAGE_BITS) + (start >>> UNIT_BITS)
  }
}

/** FNV-1a, and its upper bits into the lower ones, of which the table takes some. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}
