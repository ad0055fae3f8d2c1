/** Entries of a database in the order of their keys, also where those are long and stored by a hash. */
import type { RootDatabase } from 'lmdb'
import { compareBytes } from '../../core/coders/compareEncoded.ts'
import type { KeyRange, StoreEntry } from '../../core/stateStore.ts'
import { FIRST_STORED, isHashed, longKeyPrefix, prefixOf, readStored, STORED_END, storedKey } from './storedKey.ts'

export type Database = RootDatabase<Buffer, Buffer>

export function* entriesIn(database: Database, { from, to }: KeyRange): Generator<StoreEntry, void, undefined> {
  const isIn = ({ key }: StoreEntry): boolean =>
    (from === undefined || compareBytes(key, from) >= 0) && (to === undefined || compareBytes(key, to) < 0)
  const start = from === undefined ? FIRST_STORED : longKeyPrefix(from)
  const range = database.getRange({ start, end: to === undefined ? STORED_END : endOf(to) })
  /** Hashed keys that begin alike: they are next to each other, but in no order. */
  let alike: StoreEntry[] = []
  let prefix: Uint8Array | undefined
  for (const { key: stored, value } of range) {
    const entry = readStored(stored, value)
    const sharesPrefix = prefix !== undefined && isHashed(stored) && compareBytes(prefixOf(stored), prefix) === 0
    if (!sharesPrefix) {
      yield* inOrder(alike).filter(isIn)
      alike = []
      prefix = isHashed(stored) ? prefixOf(stored) : undefined
    }
    if (prefix !== undefined) alike.push(entry)
    else if (isIn(entry)) yield entry
  }
  yield* inOrder(alike).filter(isIn)
}

/** Before the stored key of every key that is not before `to`. All that begin as a long one are looked at. */
function endOf(to: Uint8Array): Buffer {
  const prefix = longKeyPrefix(to)
  return isHashed(storedKey(to)) ? Buffer.concat([prefix, Buffer.alloc(33, 0xff)]) : prefix
}

function inOrder(entries: readonly StoreEntry[]): StoreEntry[] {
  return [...entries].sort((a, b) => compareBytes(a.key, b.key))
}
