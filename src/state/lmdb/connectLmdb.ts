import type { StoreChange, StoreConnection } from '../../core/stateStore.ts'
import { requireKeys, storeClosed, storeFailed, storeReadOnly } from '../storeErrors.ts'
import { type Database, entriesIn } from './lmdbEntries.ts'
import type { LmdbScratch } from './lmdbScratch.ts'
import { OWNER_KEY, readStored, storedKey, storedValue } from './storedKey.ts'

/** An open database as a connection; `name` is for messages. It owns the database, and the writer's record in it. */
export function connectLmdb(
  name: string,
  database: Database,
  readOnly: boolean,
  openScratch: () => Promise<LmdbScratch>,
): StoreConnection {
  let scratch: Promise<LmdbScratch> | undefined
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
      await (await scratch)?.close()
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
    async openScratch() {
      requireOpen()
      if (readOnly) throw storeReadOnly(name)
      scratch ??= openScratch()
      return scratch
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
