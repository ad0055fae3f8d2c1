/** A map by grouping identity. */
import { IntMap } from './intMap.ts'
import { OtherKeys } from './otherKeys.ts'

export class KeyMap<V> {
  readonly #integers = new IntMap<V>()
  readonly #others = new OtherKeys<V>()

  get(key: unknown): V | undefined {
    return isInteger(key) ? this.#integers.get(key | 0) : this.#others.get(key)
  }

  /** Throws INVALID_KEY for a key that has no encoding. */
  set(key: unknown, value: V): void {
    if (isInteger(key)) this.#integers.set(key | 0, value)
    else this.#others.set(key, value)
  }

  delete(key: unknown): void {
    if (isInteger(key)) this.#integers.delete(key | 0)
    else this.#others.delete(key)
  }

  /** One after the other; values that come or go meanwhile may or may not be met. */
  *each(): Generator<V, void, undefined> {
    yield* this.#integers.each()
    yield* this.#others.each()
  }

  values(): V[] {
    return [...this.#integers.values(), ...this.#others.values()]
  }
}

/** Of 32 bits. Zeros of both signs are one key, and the integer 0. */
function isInteger(key: unknown): key is number {
  return typeof key === 'number' && (key | 0) === key
}
