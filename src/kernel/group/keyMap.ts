/** A map by grouping identity: numbers and strings by themselves, every other key by its canonical encoding. */
import { canonicalKeyId, checkKey } from '../../core/coders/keyCoder.ts'
import { IntMap } from './intMap.ts'

export class KeyMap<V> {
  readonly #integers = new IntMap<V>()
  readonly #strings = new Map<string, V>()
  readonly #numbers = new Map<number, V>()
  readonly #others = new Map<string, V>()

  get(key: unknown): V | undefined {
    if (typeof key === 'string') return this.#strings.get(key)
    // Zeros of both signs are one key, and the integer 0.
    if (typeof key === 'number') return (key | 0) === key ? this.#integers.get(key | 0) : this.#numbers.get(key)
    return this.#others.get(canonicalKeyId(key))
  }

  /** Throws INVALID_KEY for a key that has no encoding. */
  set(key: unknown, value: V): void {
    if (typeof key === 'string') this.#strings.set(key, value)
    else if (typeof key !== 'number') this.#others.set(canonicalKeyId(key), value)
    else if ((key | 0) === key) this.#integers.set(key | 0, value)
    else this.#numbers.set(checkKey(key), value)
  }

  delete(key: unknown): void {
    if (typeof key === 'string') this.#strings.delete(key)
    else if (typeof key !== 'number') this.#others.delete(canonicalKeyId(key))
    else if ((key | 0) === key) this.#integers.delete(key | 0)
    else this.#numbers.delete(key)
  }

  /** One after the other; values that come or go meanwhile may or may not be met. */
  *each(): Generator<V, void, undefined> {
    yield* this.#integers.each()
    yield* this.#strings.values()
    yield* this.#numbers.values()
    yield* this.#others.values()
  }

  values(): V[] {
    return [...this.#integers.values(), ...this.#strings.values(), ...this.#numbers.values(), ...this.#others.values()]
  }
}
