/**
 * Which slots of a grouping's tables have changed since the last capture, in blocks. A capture reads its blocks later, bit by
 * bit, while the grouping goes on: a block that is to change before it was read is saved first.
 */
import type { StateEntry } from '../../core/checkpoint.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import { type CopiedSlots, copySlots, encodeSlots } from './tableSnapshot.ts'
import type { WindowTable } from './windowTable.ts'

/**
 * 32 slots: a row that changes one of them before it was read has all copied, some microseconds for each of the first rows
 * after a barrier; smaller blocks make more entries.
 */
const BLOCK_BITS = 5
const BLOCK_SLOTS = 1 << BLOCK_BITS

/** Neighbouring slots of a table, saved as one entry. */
interface SlotBlock {
  readonly table: WindowTable
  readonly index: number
  /** How many captures had begun when the block last changed. */
  epoch: number
  /** The capture that has still to read the block as it is. */
  unread: CapturedBlock | undefined
}

interface CapturedBlock {
  readonly block: SlotBlock
  /** Slots of the block at the time of the capture. */
  readonly slots: number
  /** The block as it was then; undefined while it has not changed since. */
  saved: CopiedSlots | undefined
}

export class TableChanges {
  readonly #group: GroupStrategy
  readonly #blocks = new Map<WindowTable, SlotBlock[]>()
  /** Captures so far. */
  #epoch = 0
  #changed: SlotBlock[] = []
  /** Blocks of tables that are gone. */
  #gone: Uint8Array[] = []

  /** Slots that are there already count as captured: they come from a checkpoint. */
  constructor(group: GroupStrategy, tables: Iterable<WindowTable>) {
    this.#group = group
    for (const table of tables) {
      for (let slot = 0; slot < table.cells.length; slot += BLOCK_SLOTS) this.#blockOf(table, slot >> BLOCK_BITS)
    }
  }

  /** Called before anything of a slot changes. */
  own(table: WindowTable, slot: number): void {
    const block = this.#blockOf(table, slot >> BLOCK_BITS)
    if (block.epoch === this.#epoch) return
    this.#keep(block)
    block.epoch = this.#epoch
    this.#changed.push(block)
  }

  /** The table is about to be emptied and forgotten. */
  remove(table: WindowTable): void {
    for (const block of this.#blocks.get(table) ?? []) {
      this.#keep(block)
      this.#gone.push(blockKey(block))
    }
    this.#blocks.delete(table)
  }

  /** The blocks that changed since the last capture, as they are now. They may be read later, once. */
  capture(): Iterable<StateEntry> {
    const gone = this.#gone
    const changed = this.#changed.filter(({ table }) => this.#blocks.has(table))
    this.#gone = []
    this.#changed = []
    this.#epoch++
    return this.#entries(
      gone,
      changed.map((block) => {
        this.#keep(block)
        const slots = Math.min(block.table.cells.length - block.index * BLOCK_SLOTS, BLOCK_SLOTS)
        block.unread = { block, slots, saved: undefined }
        return block.unread
      }),
    )
  }

  *#entries(gone: readonly Uint8Array[], captured: readonly CapturedBlock[]): Generator<StateEntry> {
    for (const key of gone) yield { key, value: undefined }
    for (const each of captured) {
      const { block } = each
      const value = each.saved ?? this.#save(each)
      if (block.unread === each) block.unread = undefined
      yield { key: blockKey(block), value: encodeSlots(this.#group, value) }
    }
  }

  /** The block is about to change, or to be captured again: what a capture has still to read of it is saved. */
  #keep(block: SlotBlock): void {
    if (block.unread === undefined) return
    block.unread.saved = this.#save(block.unread)
    block.unread = undefined
  }

  #save({ block, slots }: CapturedBlock): CopiedSlots {
    const from = block.index * BLOCK_SLOTS
    return copySlots(this.#group, block.table, from, from + slots)
  }

  #blockOf(table: WindowTable, index: number): SlotBlock {
    let blocks = this.#blocks.get(table)
    if (blocks === undefined) {
      blocks = []
      this.#blocks.set(table, blocks)
    }
    blocks[index] ??= { table, index, epoch: -1, unread: undefined }
    return blocks[index]
  }
}

/** Table and block, both big-endian: entries in their order are slots in theirs. */
function blockKey({ table, index }: SlotBlock): Uint8Array {
  const key = new Uint8Array(10)
  const view = new DataView(key.buffer)
  view.setUint16(0, Math.floor(table.id / 2 ** 32))
  view.setUint32(2, table.id % 2 ** 32)
  view.setUint32(6, index)
  return key
}

/** The table of an entry's key. */
export function tableOf(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength)
  return view.getUint16(0) * 2 ** 32 + view.getUint32(2)
}
