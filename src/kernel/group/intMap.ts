/**
 * Values by integer key: open addressing, with keys in a typed array and values beside it. A Map takes two to four times as long
 * for each key that is found, and five times where it is new or gone.
 */

const FEWEST_PLACES = 16

export class IntMap<V> {
  #keys = new Int32Array(FEWEST_PLACES)
  /** By the places of their keys; undefined where a place is free. */
  #values: (V | undefined)[] = new Array(FEWEST_PLACES).fill(undefined)
  /** A hash is the upper bits of a product: this many are shifted away. */
  #shift = 28
  #size = 0

  /** How many keys it has room for, of which less than one in eight are there only while these are the fewest. */
  get places(): number {
    return this.#keys.length
  }

  /** Undefined for a key that is not there. */
  get(key: number): V | undefined {
    return this.#values[this.#placeOf(key)]
  }

  /** `value` is not undefined. */
  set(key: number, value: V): void {
    const place = this.#placeOf(key)
    if (this.#values[place] === undefined) {
      if (2 * this.#size >= this.#keys.length) {
        this.#resize(2 * this.#keys.length)
        this.set(key, value)
        return
      }
      this.#size++
      this.#keys[place] = key
    }
    this.#values[place] = value
  }

  delete(key: number): void {
    const [keys, values] = [this.#keys, this.#values]
    const last = keys.length - 1
    let free = this.#placeOf(key)
    if (values[free] === undefined) return
    // Whoever stands behind it, and was to stand there or before, moves up.
    for (let place = (free + 1) & last; values[place] !== undefined; place = (place + 1) & last) {
      const behindOwn = (place - this.#ownPlace(keys[place] as number)) & last
      if (behindOwn < ((place - free) & last)) continue
      keys[free] = keys[place] as number
      values[free] = values[place]
      free = place
    }
    values[free] = undefined
    this.#size--
    if (8 * this.#size < keys.length && keys.length > FEWEST_PLACES) this.#resize(keys.length / 2)
  }

  /** One after the other; values that come or go meanwhile may or may not be met, and others may be missed or met again then. */
  *each(): Generator<V, void, undefined> {
    for (let place = 0; place < this.#values.length; place++) {
      const value = this.#values[place]
      if (value !== undefined) yield value
    }
  }

  values(): V[] {
    return this.#values.filter((value) => value !== undefined)
  }

  /** Where the key is, or would be. */
  #placeOf(key: number): number {
    const [keys, values] = [this.#keys, this.#values]
    const last = keys.length - 1
    let place = this.#ownPlace(key)
    while (keys[place] !== key && values[place] !== undefined) place = (place + 1) & last
    // A free place may have been the key's once.
    return place
  }

  #ownPlace(key: number): number {
    return Math.imul(key, GOLDEN) >>> this.#shift
  }

  /** `count` places, a power of two. */
  #resize(count: number): void {
    const [keys, values] = [this.#keys, this.#values]
    this.#keys = new Int32Array(count)
    this.#values = new Array(count).fill(undefined)
    this.#shift = Math.clz32(count) + 1
    for (let from = 0; from < keys.length; from++) {
      const value = values[from]
      if (value === undefined) continue
      const to = this.#placeOf(keys[from] as number)
      this.#keys[to] = keys[from] as number
      this.#values[to] = value
    }
  }
}

/** 2^32 over the golden ratio: neighbouring keys, the usual case, fall far apart. */
const GOLDEN = 0x9e3779b1
