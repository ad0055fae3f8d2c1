/** Maps keys to dense slots, in the order in which they first came. */
import { IntSlots } from './intSlots.ts'
import { OtherKeys } from './otherKeys.ts'

export class KeyIndex {
  /** Keys by slot, as they come out of the grouping. */
  readonly keys: unknown[] = []
  readonly #integers = new IntSlots()
  readonly #others = new OtherKeys<number>()

  /** The slot of a key; a new key gets the next one. Throws INVALID_KEY for a key that has no encoding. */
  slotOf(key: unknown): number {
    // -0 and 0 are one key, and 0 is what comes out: the integer that both are.
    if (typeof key === 'number' && (key | 0) === key) return this.#slotOfInteger(key | 0)
    const known = this.#others.get(key)
    if (known !== undefined) return known
    const slot = this.keys.length
    this.#others.set(key, slot)
    this.keys.push(key)
    return slot
  }

  /** A slot for a key that has none, as all that a checkpoint gives back: to look for them first takes as long again. */
  add(key: unknown): void {
    const slot = this.keys.length
    if (typeof key === 'number' && (key | 0) === key) this.#integers.add(key, slot)
    else this.#others.set(key, slot)
    this.keys.push(key)
  }

  /** Makes room for keys to come. */
  reserve(keys: number): void {
    this.#integers.reserve(keys)
  }

  #slotOfInteger(key: number): number {
    const known = this.#integers.get(key)
    if (known >= 0) return known
    const slot = this.keys.length
    this.#integers.add(key, slot)
    this.keys.push(key)
    return slot
  }
}
