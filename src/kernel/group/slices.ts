/** The slices of overlapping windows: each element is added once, to the slice of one period that it falls into. */
import type { AccumulatorColumn } from '../../core/combine.ts'
import type { Timestamp } from '../../core/time.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import { KeyIndex } from './keyIndex.ts'
import { KeyMap } from './keyMap.ts'

/** One period of event time: accumulators by key. */
export class Slice {
  readonly start: Timestamp
  readonly index = new KeyIndex()
  readonly column: AccumulatorColumn<unknown, unknown, unknown>
  /** When each slot's first element came, as a count over the whole grouping: the last tie of D9. */
  readonly created: number[] = []
  /** Elements in the slice. */
  elements = 0
  #room = 0

  constructor(group: GroupStrategy, start: Timestamp) {
    this.start = start
    this.column = group.newColumn()
  }

  /** The slot of a key; `nextCreated` is asked when it is new. */
  slotOf(key: unknown, nextCreated: () => number): number {
    const slot = this.index.slotOf(key)
    if (slot === this.created.length) {
      this.created.push(nextCreated())
      if (slot >= this.#room) {
        this.#room = Math.max(16, this.#room * 2)
        this.column.grow(this.#room)
      }
    }
    return slot
  }
}

/** What one key has in several slices: its accumulator over them, and when its first element came. */
export interface Folded {
  readonly key: unknown
  accumulator: unknown
  created: number
}

/** Keys in the order in which their first elements came. */
export type Fold = readonly Folded[]

/** Folds slices, and folds of slices, key by key. Changes none of them. */
export function foldAll(group: GroupStrategy, parts: readonly (Slice | Fold)[]): Fold {
  const byKey = new KeyMap<Folded>()
  const keys: Folded[] = []
  const take = (key: unknown, accumulator: unknown, created: number): void => {
    const known = byKey.get(key)
    if (known === undefined) {
      const entry: Folded = { key, accumulator, created }
      byKey.set(key, entry)
      keys.push(entry)
      return
    }
    known.accumulator = group.combine.merge(known.accumulator, accumulator)
    if (created < known.created) known.created = created
  }
  for (const part of parts) {
    if (part instanceof Slice) {
      for (let slot = 0; slot < part.created.length; slot++) {
        take(part.index.keys[slot], part.column.save(slot), part.created[slot] as number)
      }
    } else {
      for (const { key, accumulator, created } of part) take(key, group.combine.copy(accumulator), created)
    }
  }
  return keys.sort((a, b) => a.created - b.created)
}
