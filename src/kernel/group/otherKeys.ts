/** A map by grouping identity over keys that are no integers: strings and numbers by themselves, every other key by its encoding. */
import { canonicalKeyId, checkKey } from '../../core/coders/keyCoder.ts'

export class OtherKeys<V> {
  readonly #strings = new Map<string, V>()
  readonly #numbers = new Map<number, V>()
  readonly #others = new Map<string, V>()

  get(key: unknown): V | undefined {
    if (typeof key === 'string') return this.#strings.get(key)
    if (typeof key === 'number') return this.#numbers.get(key)
    return this.#others.get(canonicalKeyId(key))
  }

  /** Throws INVALID_KEY for a key that has no encoding. */
  set(key: unknown, value: V): void {
    if (typeof key === 'string') this.#strings.set(key, value)
    else if (typeof key === 'number') this.#numbers.set(checkKey(key), value)
    else this.#others.set(canonicalKeyId(key), value)
  }

  delete(key: unknown): void {
    if (typeof key === 'string') this.#strings.delete(key)
    else if (typeof key === 'number') this.#numbers.delete(key)
    else this.#others.delete(canonicalKeyId(key))
  }

  /** One after the other; values that come or go meanwhile may or may not be met. */
  *each(): Generator<V, void, undefined> {
    yield* this.#strings.values()
    yield* this.#numbers.values()
    yield* this.#others.values()
  }

  values(): V[] {
    return [...this.#strings.values(), ...this.#numbers.values(), ...this.#others.values()]
  }
}
