/** A map view: entries in the order of the view's elements, found by grouping identity. */
import { KeyMap } from '../group/keyMap.ts'

export class SideMap<V> implements ReadonlyMap<unknown, V> {
  readonly #entries: [unknown, V][] = []
  readonly #places = new KeyMap<number>()

  /** Adds a key that the map does not have. Throws INVALID_KEY for one that has no encoding. */
  add(key: unknown, value: V): void {
    this.#places.set(key, this.#entries.length)
    this.#entries.push([key, value])
  }

  get size(): number {
    return this.#entries.length
  }

  get(key: unknown): V | undefined {
    const place = this.#places.get(key)
    return place === undefined ? undefined : this.#entries[place]?.[1]
  }

  has(key: unknown): boolean {
    return this.#places.get(key) !== undefined
  }

  forEach(visit: (value: V, key: unknown, map: ReadonlyMap<unknown, V>) => void): void {
    for (const [key, value] of this.#entries) visit(value, key, this)
  }

  *keys(): MapIterator<unknown> {
    for (const [key] of this.#entries) yield key
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.#entries) yield value
  }

  *entries(): MapIterator<[unknown, V]> {
    for (const [key, value] of this.#entries) yield [key, value]
  }

  [Symbol.iterator](): MapIterator<[unknown, V]> {
    return this.entries()
  }
}
