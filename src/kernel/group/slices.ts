/** The slices of overlapping windows: each element is added once, to the slice of one period that it falls into. */
import type { Timestamp } from '../../core/time.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import { KeyIndex } from './keyIndex.ts'
import { KeyMap } from './keyMap.ts'
import type { SlotColumn } from './slotColumn.ts'
import { SlotBlocks } from './tableChanges.ts'

/** One period of event time: accumulators by key. */
export class Slice {
  /** Told apart from every other slice that the grouping has had. */
  readonly id: number
  readonly start: Timestamp
  readonly index = new KeyIndex()
  /** Where each key's accumulator stands in the grouping's column. */
  readonly slots: number[] = []
  /** When each key's first element came, as a count over the whole grouping: the last tie of D9. */
  readonly created: number[] = []
  /** Elements in the slice. */
  elements = 0
  readonly #column: SlotColumn

  /** What of the keys has changed, for captures. */
  readonly blocks = new SlotBlocks()

  constructor(column: SlotColumn, start: Timestamp, id: number) {
    this.id = id
    this.start = start
    this.#column = column
  }

  /** Keys so far. */
  get size(): number {
    return this.created.length
  }

  /** The place of a key among the slice's; `nextCreated` is asked when it is new. */
  placeOf(key: unknown, nextCreated: () => number): number {
    const place = this.index.slotOf(key)
    if (place === this.created.length) this.#addPlace(nextCreated())
    return place
  }

  /** A place for a key that the slice does not have. */
  add(key: unknown, created: number): void {
    this.index.add(key)
    this.#addPlace(created)
  }

  #addPlace(created: number): void {
    this.created.push(created)
    this.slots.push(this.#column.take())
  }

  /** The accumulator of the key that came as number `place`, as a value of its own. */
  save(place: number): unknown {
    return this.#column.column.save(this.slots[place] as number)
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
      for (let place = 0; place < part.created.length; place++) {
        take(part.index.keys[place], part.save(place), part.created[place] as number)
      }
    } else {
      for (const { key, accumulator, created } of part) take(key, group.combine.copy(accumulator), created)
    }
  }
  return keys.sort((a, b) => a.created - b.created)
}
