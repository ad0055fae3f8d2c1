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

/** What one key has in a window: its accumulator over the window's slices, and when its first element came. */
interface Folded {
  readonly key: unknown
  accumulator: unknown
  created: number
}

/** The keys of a window from its slices, in the order in which their first elements came. */
export function foldSlices(group: GroupStrategy, slices: readonly Slice[]): Folded[] {
  const folded = new KeyMap<Folded>()
  const keys: Folded[] = []
  for (const { index, column, created } of slices) {
    for (let slot = 0; slot < created.length; slot++) {
      const key = index.keys[slot]
      const first = created[slot] as number
      const known = folded.get(key)
      if (known === undefined) {
        const entry: Folded = { key, accumulator: column.save(slot), created: first }
        folded.set(key, entry)
        keys.push(entry)
        continue
      }
      known.accumulator = group.combine.merge(known.accumulator, column.save(slot))
      if (first < known.created) known.created = first
    }
  }
  return keys.sort((a, b) => a.created - b.created)
}
