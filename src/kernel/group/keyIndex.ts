/** Maps keys to dense slots, in the order in which they first came. */
import { KeyMap } from './keyMap.ts'

export class KeyIndex {
  /** Keys by slot, as they come out of the grouping. */
  readonly keys: unknown[] = []
  readonly #slots = new KeyMap<number>()

  /** The slot of a key; a new key gets the next one. Throws INVALID_KEY for a key that has no encoding. */
  slotOf(key: unknown): number {
    const known = this.#slots.get(key)
    if (known !== undefined) return known
    const slot = this.keys.length
    this.#slots.set(key, slot)
    // -0 and 0 are one key, and 0 is what comes out.
    this.keys.push(key === 0 ? 0 : key)
    return slot
  }
}
