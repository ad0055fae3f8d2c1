/** Entries by grouping identity: what sets and maps of authors hold. */
import { compareEncoded } from '../core/coders/compareEncoded.ts'
import { canonicalKey, canonicalKeyId, checkKey } from '../core/coders/keyCoder.ts'

export interface KeyedEntry<V> {
  readonly key: unknown
  readonly value: V
}

export class KeyedEntries<V> {
  /** Strings, numbers and the like by themselves. */
  readonly #plain = new Map<unknown, KeyedEntry<V>>()
  /** Objects by their canonical encoding. */
  readonly #others = new Map<string, KeyedEntry<V>>()

  get size(): number {
    return this.#plain.size + this.#others.size
  }

  /** Throws INVALID_KEY for a key that has no encoding, as `set` and `delete` do. */
  get(key: unknown): KeyedEntry<V> | undefined {
    return isPlain(key) ? this.#plain.get(checkKey(key)) : this.#others.get(canonicalKeyId(key))
  }

  set(key: unknown, value: V): void {
    // One of several equal keys stands for all: the key that comes out does not tell which came first.
    const entry = { key: canonicalKey(key), value }
    if (isPlain(key)) this.#plain.set(checkKey(key), entry)
    else this.#others.set(canonicalKeyId(key), entry)
  }

  delete(key: unknown): void {
    if (isPlain(key)) this.#plain.delete(checkKey(key))
    else this.#others.delete(canonicalKeyId(key))
  }

  /** In the order of the encoded keys, whatever order they came in. */
  sorted(): KeyedEntry<V>[] {
    return [...this.#plain.values(), ...this.#others.values()].sort((a, b) => compareEncoded(a.key, b.key))
  }

  /** Entries that share nothing with these but the values, which nobody changes. */
  copy(): KeyedEntries<V> {
    const copy = new KeyedEntries<V>()
    for (const [key, entry] of this.#plain) copy.#plain.set(key, entry)
    for (const [id, entry] of this.#others) copy.#others.set(id, entry)
    return copy
  }
}

function isPlain(key: unknown): boolean {
  return (typeof key !== 'object' && typeof key !== 'function' && typeof key !== 'symbol') || key === null
}
