/**
 * Neighbouring slots of a grouping's tables as entries of a checkpoint. A block has up to two: what may change of its slots,
 * and, where its table has such, what never does once a slot is there, which is written once.
 *
 *     table, block            48 and 32 bits, big-endian: entries in their order are slots in theirs
 *     table, block, 0x63      the same, for what never changes
 */
import type { StateEntry } from '../core/checkpoint.ts'
import { areColumns, ColumnUnpacker, type UnpackedColumns } from './unpackColumns.ts'

/** Part of the format: what is a block in a checkpoint is one here. */
export const BLOCK_BITS = 5
export const BLOCK_SLOTS = 1 << BLOCK_BITS

const KEY_BYTES = 10
const CONSTANT = 0x63

/** A view for each key would take microseconds. */
export function blockKey(table: number, block: number): Uint8Array {
  return writtenKey(new Uint8Array(KEY_BYTES), table, block)
}

/** The key of what never changes of a block. */
export function constantsKey(table: number, block: number): Uint8Array {
  const key = writtenKey(new Uint8Array(KEY_BYTES + 1), table, block)
  key[KEY_BYTES] = CONSTANT
  return key
}

export function isBlockKey(key: Uint8Array): boolean {
  return key.length === KEY_BYTES || (key.length === KEY_BYTES + 1 && key[KEY_BYTES] === CONSTANT)
}

function writtenKey(key: Uint8Array, table: number, block: number): Uint8Array {
  writeNumber(key, 0, Math.floor(table / 2 ** 32), 2)
  writeNumber(key, 2, table % 2 ** 32, 4)
  writeNumber(key, 6, block, 4)
  return key
}

function writeNumber(key: Uint8Array, at: number, number: number, bytes: number): void {
  for (let byte = 0; byte < bytes; byte++) key[at + byte] = number >>> (8 * (bytes - 1 - byte))
}

function readNumber(key: Uint8Array, at: number, bytes: number): number {
  let number = 0
  for (let byte = 0; byte < bytes; byte++) number = number * 0x100 + (key[at + byte] as number)
  return number
}

/** A block as its entries say it. */
export interface SavedBlock {
  readonly table: number
  readonly block: number
  /** All of its columns; undefined where the entry holds something else. */
  readonly saved: UnpackedColumns | undefined
  /** What the entry holds. */
  readonly value: unknown
  /** True where what never changes has an entry of its own. */
  readonly hasConstants: boolean
}

/** Blocks in their order, whatever order their entries come in. */
export function* savedBlocks(entries: Iterable<StateEntry>): Generator<SavedBlock, void, undefined> {
  const placed = Array.from(entries, ({ key, value }) => ({
    table: readNumber(key, 0, 6),
    block: readNumber(key, 6, 4),
    isConstant: key.length > KEY_BYTES,
    value,
  }))
  placed.sort((a, b) => a.table - b.table || a.block - b.block || Number(a.isConstant) - Number(b.isConstant))
  const unpacker = new ColumnUnpacker()
  for (let at = 0; at < placed.length; at++) {
    // Within the array.
    const { table, block, value } = placed[at] as (typeof placed)[number]
    const next = placed[at + 1]
    const constants = next?.isConstant && next.table === table && next.block === block ? next : undefined
    if (constants) at++
    const saved = columnsOf(unpacker, value)
    yield {
      table,
      block,
      saved: saved && constants ? joined(saved, columnsOf(unpacker, constants.value)) : saved,
      value,
      hasConstants: constants !== undefined,
    }
  }
}

function columnsOf(unpacker: ColumnUnpacker, value: unknown): UnpackedColumns | undefined {
  return value instanceof Uint8Array && areColumns(value) ? unpacker.unpack(value) : undefined
}

function joined({ rows, columns }: UnpackedColumns, constants: UnpackedColumns | undefined): UnpackedColumns {
  return { rows, columns: { ...constants?.columns, ...columns } }
}
