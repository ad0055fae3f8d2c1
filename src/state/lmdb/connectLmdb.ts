import type { RootDatabase } from 'lmdb'
import { compareBytes } from '../../core/coders/compareEncoded.ts'
import type { KeyRange, StoreChange, StoreConnection, StoreEntry } from '../../core/stateStore.ts'
import { requireKeys, storeClosed, storeFailed, storeReadOnly } from '../storeErrors.ts'
import {
  FIRST_STORED,
  isHashed,
  longKeyPrefix,
  OWNER_KEY,
  prefixOf,
  readStored,
  STORED_END,
  storedKey,
  storedValue,
} from './storedKey.ts'

type Database = RootDatabase<Buffer, Buffer>

/** An open database as a connection; `name` is for messages. It owns the database, and the writer's record in it. */
export function connectLmdb(name: string, database: Database, readOnly: boolean): StoreConnection {
  let closing: Promise<void> | undefined
  let lastCommit: Promise<unknown> = Promise.resolve()
  const requireOpen = (): void => {
    if (closing !== undefined) throw storeClosed(name)
  }
  const close = async (): Promise<void> => {
    await lastCommit
    try {
      if (!readOnly) database.removeSync(OWNER_KEY)
    } finally {
      await database.close()
    }
  }
  return {
    async commit(changes) {
      requireOpen()
      if (readOnly) throw storeReadOnly(name)
      requireKeys(changes)
      const written = write(name, database, changes)
      lastCommit = written.catch(() => {})
      await written
    },
    async get(key) {
      requireOpen()
      const stored = storedKey(key)
      const value = database.getBinary(stored)
      return value && readStored(stored, value).value
    },
    async *scan(range = {}) {
      requireOpen()
      for (const entry of entriesIn(database, range)) {
        requireOpen()
        yield entry
      }
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

async function write(name: string, database: Database, changes: readonly StoreChange[]): Promise<void> {
  try {
    await database.batch(() => {
      for (const { key, value } of changes) {
        const stored = storedKey(key)
        const put = value && viewOf(storedValue(key, value))
        const settled = put === undefined ? database.remove(stored) : database.put(stored, put)
        // Each change is told when the batch fails; the batch tells it to us.
        settled.catch(() => {})
      }
    })
  } catch (error) {
    const cause = await causeOf(error)
    throw storeFailed(
      `${name} cannot be written: ${String(cause)}.`,
      'Make room on its disk, or mend what `cause` names.',
      cause,
    )
  }
}

/** What a batch holds is changed by nobody: a copy of every chunk would be garbage outside of the heap. */
function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** LMDB's wrapper has the reason in a promise of its own, which rejects with it. */
async function causeOf(error: unknown): Promise<unknown> {
  try {
    await (error as { commitError?: Promise<unknown> }).commitError
    return error
  } catch (cause) {
    return cause
  }
}

function* entriesIn(database: Database, { from, to }: KeyRange): Generator<StoreEntry, void, undefined> {
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
