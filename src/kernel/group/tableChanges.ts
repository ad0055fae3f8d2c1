/**
 * Which slots of a grouping's tables have changed since the last capture, in blocks. A capture reads its blocks later, bit by
 * bit, while the grouping goes on: a block that is to change before it was read is packed first.
 */
import type { StateEntry } from '../../core/checkpoint.ts'
import type { SavedColumns } from '../../core/combine.ts'
import { BLOCK_BITS, BLOCK_SLOTS, blockKey, constantsKey } from '../../state/blockEntries.ts'
import { ColumnPacker } from '../../state/columnPacker.ts'

/** What a grouping keeps side by side under numbers that count up from zero. */
export interface SlotTable {
  /** Told apart from every other table that the grouping has had. */
  readonly id: number
  /** Slots so far. */
  readonly size: number
  readonly blocks: SlotBlocks
}

/** The blocks of a table. */
export class SlotBlocks {
  readonly all: SlotBlock[] = []
  /**
   * By block, how many captures had begun when it last changed. In a typed array: every row asks, and the blocks of a million
   * slots, as objects, do not fit into a cache.
   */
  epochs = new Int32Array(4)

  add(): void {
    const index = this.all.length
    if (index === this.epochs.length) {
      const larger = new Int32Array(2 * index)
      larger.set(this.epochs)
      this.epochs = larger
    }
    this.all.push({
      index,
      slots: 0,
      constants: 0,
      ownsConstants: false,
      isUnread: false,
      page: undefined,
      from: 0,
      to: 0,
      isGone: false,
    })
  }
}

/**
 * Neighbouring slots of a table, saved together. A row that changes one of them before it was read has all packed, microseconds
 * for each of the first rows after a barrier; smaller blocks make more entries.
 */
interface SlotBlock {
  readonly index: number
  /** Slots of the block at the time of the last capture that has it. */
  slots: number
  /** How many of them have been captured with what never changes of them. */
  constants: number
  /** That capture has still to read that, too. */
  ownsConstants: boolean
  /** That capture has still to read the block as it is. */
  isUnread: boolean
  /** Where the block is as it was then, where it has changed before it was read: bytes of a page; none where it had no rows. */
  page: Uint8Array | undefined
  from: number
  to: number
  /** Its table is forgotten. */
  isGone: boolean
}

/** A block that has changed. */
interface ChangedBlock<T> {
  readonly table: T
  readonly block: SlotBlock
}

interface Capture<T> {
  readonly gone: readonly Uint8Array[]
  readonly blocks: readonly ChangedBlock<T>[]
  /** Blocks before are read. */
  at: number
  /** Entries of the other blocks, where another capture began before they were read. */
  readAhead: StateEntry[] | undefined
}

/** What is to be kept of some slots. */
export interface SavedRows {
  readonly rows: number
  readonly columns: SavedColumns
}

/** What is kept of slots [from, to) of a table. */
export interface SlotSaver<T> {
  /** Where that is no row, they are as if they had never been. */
  readonly save: (table: T, from: number, to: number) => SavedRows
  /**
   * What of a slot never changes once it is there: captured with it, and not again. Of a million keys that are texts, it took
   * most of a capture's time to pack them each time.
   */
  readonly saveConstants?: (table: T, from: number, to: number) => SavedColumns
}

const NOTHING = new Uint8Array(0)

export class TableChanges<T extends SlotTable> {
  readonly #saver: SlotSaver<T>
  readonly #packer = new ColumnPacker()
  /** For blocks that are packed long before they are read, up to the next capture. */
  readonly #keeper = new ColumnPacker(true)
  /** Captures so far, and one: no block has changed in epoch 0. */
  #epoch = 1
  #changed: ChangedBlock<T>[] = []
  #pending: Capture<T> | undefined
  /** Keys of blocks of tables that are gone. */
  #gone: Uint8Array[] = []

  constructor(saver: SlotSaver<T>) {
    this.#saver = saver
  }

  /**
   * The table's slots count as captured: they come from a checkpoint. `whole` are blocks in one entry each, as earlier versions
   * wrote them: what never changes of them has still to get its own.
   */
  resume(table: T, whole: ReadonlySet<number>): void {
    for (let slot = 0; slot < table.size; slot += BLOCK_SLOTS) {
      table.blocks.add()
      const block = table.blocks.all.at(-1) as SlotBlock // Just added.
      block.constants = whole.has(block.index) ? 0 : Math.min(table.size - slot, BLOCK_SLOTS)
    }
  }

  /** Called before anything of a slot changes. */
  own(table: T, slot: number): void {
    if (!this.isOwned(table, slot)) this.#own(table, slot >> BLOCK_BITS)
  }

  /** How many blocks have been owned since the last capture. */
  get size(): number {
    return this.#changed.length
  }

  /** True where the slot, or a neighbour, was owned since the last capture. */
  isOwned(table: T, slot: number): boolean {
    return table.blocks.epochs[slot >> BLOCK_BITS] === this.#epoch
  }

  /** Called before anything of any slot may change. */
  ownAll(table: T): void {
    for (let slot = 0; slot < table.size; slot += BLOCK_SLOTS) this.own(table, slot)
  }

  /** The table is about to be emptied and forgotten. */
  remove(table: T): void {
    for (const block of table.blocks.all) {
      this.#keep(table, block)
      block.isGone = true
      this.#gone.push(blockKey(table.id, block.index))
      if (block.constants > 0 && this.#saver.saveConstants) this.#gone.push(constantsKey(table.id, block.index))
    }
  }

  /**
   * The blocks that changed since the last capture, as they are now. They may be read later, once. Values that are bytes are good
   * until the next capture.
   */
  capture(): Iterable<StateEntry> {
    if (this.#pending) this.#readAhead(this.#pending)
    this.#keeper.restart()
    const blocks = this.#changed.filter(({ block }) => !block.isGone)
    for (const { table, block } of blocks) {
      block.slots = Math.min(table.size - block.index * BLOCK_SLOTS, BLOCK_SLOTS)
      block.isUnread = true
      block.ownsConstants = this.#saver.saveConstants !== undefined && block.constants < block.slots
      block.constants = block.slots
    }
    const capture: Capture<T> = { gone: this.#gone, blocks, at: 0, readAhead: undefined }
    this.#gone = []
    this.#changed = []
    this.#pending = capture
    this.#epoch++
    return this.#entries(capture)
  }

  *#entries(capture: Capture<T>): Generator<StateEntry> {
    for (const key of capture.gone) yield { key, value: undefined }
    while (capture.readAhead === undefined && capture.at < capture.blocks.length) yield this.#read(capture)
    if (this.#pending === capture) this.#pending = undefined
    yield* capture.readAhead ?? []
  }

  /** The next entry of a block, as it was at the capture. */
  #read(capture: Capture<T>): StateEntry {
    // Asked for while there are blocks.
    const { table, block } = capture.blocks[capture.at] as ChangedBlock<T>
    const constants = block.ownsConstants ? this.#readConstants(table, block) : undefined
    if (constants) return constants
    capture.at++
    if (block.isUnread) this.#pack(table, block, this.#packer)
    const packed = block.page?.subarray(block.from, block.to) ?? NOTHING
    block.page = undefined
    block.isUnread = false
    return { key: blockKey(table.id, block.index), value: packed.length === 0 ? undefined : packed }
  }

  /** They are read as they are, although the table may be gone meanwhile: nothing changes them. */
  #readConstants(table: T, block: SlotBlock): StateEntry | undefined {
    block.ownsConstants = false
    const from = block.index * BLOCK_SLOTS
    const columns = this.#saver.saveConstants?.(table, from, from + block.slots)
    return columns && { key: constantsKey(table.id, block.index), value: this.#packer.pack(columns, block.slots) }
  }

  /** A capture begins while somebody still reads the one before. */
  #readAhead(capture: Capture<T>): void {
    const entries: StateEntry[] = []
    while (capture.at < capture.blocks.length) {
      const { key, value } = this.#read(capture)
      entries.push({ key, value: value instanceof Uint8Array ? value.slice() : value })
    }
    capture.readAhead = entries
  }

  #own(table: T, index: number): void {
    const { blocks } = table
    while (blocks.all.length <= index) blocks.add()
    const block = blocks.all[index] as SlotBlock
    this.#keep(table, block)
    blocks.epochs[index] = this.#epoch
    this.#changed.push({ table, block })
  }

  /** The block is about to change: what a capture has still to read of it is packed. */
  #keep(table: T, block: SlotBlock): void {
    if (!block.isUnread) return
    this.#pack(table, block, this.#keeper)
    block.isUnread = false
  }

  #pack(table: T, block: SlotBlock, packer: ColumnPacker): void {
    const from = block.index * BLOCK_SLOTS
    const { rows, columns } = this.#saver.save(table, from, from + block.slots)
    block.to = block.from
    if (rows === 0) return
    packer.write(columns, rows)
    block.page = packer.page
    block.from = packer.from
    block.to = packer.to
  }
}
