/**
 * What a grouping keeps of each key, by numbers that keys give back when they are done: neighbours are captured together, and
 * only those of which one has changed since the last capture.
 */
import type { StateEntry } from '../../core/checkpoint.ts'
import { BLOCK_BITS, BLOCK_SLOTS, savedBlocks } from '../../state/blockEntries.ts'
import type { UnpackedColumns } from '../../state/unpackColumns.ts'
import { type SavedRows, SlotBlocks, type SlotTable, TableChanges } from './tableChanges.ts'

/** What is kept of a key; the slot is this table's to write. */
export interface SlotOwner {
  slot: number
}

export class KeySlots<O extends SlotOwner> implements SlotTable {
  /** The only table of its grouping. */
  readonly id = 0
  readonly blocks = new SlotBlocks()
  readonly #owners: (O | undefined)[] = []
  readonly #free: number[] = []
  readonly #save: (owners: readonly O[]) => SavedRows
  /** Undefined until somebody captures. */
  #changes: TableChanges<KeySlots<O>> | undefined

  /** `save` answers what is to be kept of some keys. */
  constructor(save: (owners: readonly O[]) => SavedRows) {
    this.#save = save
  }

  get size(): number {
    return this.#owners.length
  }

  add(owner: O): void {
    owner.slot = this.#free.pop() ?? this.#owners.length
    this.own(owner)
    this.#owners[owner.slot] = owner
  }

  /** Called before anything of a key changes. */
  own({ slot }: O): void {
    this.#changes?.own(this, slot)
  }

  /** True where that was called, for the key or a neighbour, since the last capture. */
  isOwned({ slot }: O): boolean {
    return this.#changes?.isOwned(this, slot) ?? false
  }

  /** How many bytes the key and its neighbours took when they were last captured. */
  bytesAround({ slot }: O): number {
    const block = this.blocks.all[slot >> BLOCK_BITS]
    return block === undefined ? 0 : block.to - block.from
  }

  /** Nothing is kept of the key any more. */
  remove(owner: O): void {
    this.own(owner)
    this.#owners[owner.slot] = undefined
    this.#free.push(owner.slot)
  }

  /**
   * What changed since the last capture; everything at the first. It is whole, too, where something in every block has changed:
   * what was captured before is then of no use, and need not be merged with it.
   */
  capture(): { readonly isWhole: boolean; readonly entries: Iterable<StateEntry> } {
    const isFirst = this.#changes === undefined
    if (this.#changes === undefined) {
      this.#changes = this.#newChanges()
      this.#changes.ownAll(this)
    }
    const isWhole = isFirst || (this.size > 0 && this.#changes.size * BLOCK_SLOTS >= this.size)
    return { isWhole, entries: this.#changes.capture() }
  }

  /**
   * `read` makes keys of what was saved, and gives each to `place`, in the order in which they were saved. Keys may be removed when
   * `between` is called.
   */
  resume(
    entries: Iterable<StateEntry>,
    read: (saved: UnpackedColumns, place: (owner: O) => void) => void,
    between: () => void = () => {},
  ): void {
    const owners = this.#owners
    const changes = this.#newChanges()
    for (const { block, saved } of savedBlocks(entries)) {
      // A key keeps its block, which is what its entry is named by.
      for (let slot = owners.length; slot < block * BLOCK_SLOTS; slot++) owners.push(undefined)
      if (saved === undefined) continue
      read(saved, (owner) => {
        owner.slot = owners.length
        owners.push(owner)
      })
      // What comes is no change. What goes is one.
      this.#changes = changes
      between()
      this.#changes = undefined
    }
    this.#changes = changes
    this.#free.length = 0
    for (let slot = owners.length - 1; slot >= 0; slot--) if (owners[slot] === undefined) this.#free.push(slot)
  }

  #newChanges(): TableChanges<KeySlots<O>> {
    const save = (_: unknown, from: number, to: number): SavedRows => {
      const owners: O[] = []
      for (let slot = from; slot < to; slot++) {
        const owner = this.#owners[slot]
        if (owner !== undefined) owners.push(owner)
      }
      return this.#save(owners)
    }
    return new TableChanges<KeySlots<O>>({ save })
  }
}
