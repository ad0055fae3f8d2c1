/** The table beside a store: a database of its own in the store's folder, which nobody waits for to reach the disk. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ScratchTable } from '../../core/stateStore.ts'
import { storeFailed } from '../storeErrors.ts'
import { type Database, entriesIn } from './lmdbEntries.ts'
import { readStored, storedKey, storedValue } from './storedKey.ts'

export interface LmdbScratch extends ScratchTable {
  /** The table is gone. */
  close(): Promise<void>
}

/** Only the run that writes to the store opens it; what a killed run has left is removed. Rejects with STORE_FAILED. */
export async function openLmdbScratch(folder: string, open: (path: string) => Database): Promise<LmdbScratch> {
  const path = join(folder, 'scratch')
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true })
  const failed = (cause: unknown): Error =>
    storeFailed(
      `${path} cannot be written: ${String(cause)}.`,
      'Make room on its disk, or mend what `cause` names.',
      cause,
    )
  let database: Database
  try {
    await remove()
    database = open(path)
  } catch (cause) {
    throw failed(cause)
  }
  return {
    get(key) {
      const stored = storedKey(key)
      const value = database.getBinary(stored)
      return value && readStored(stored, value).value
    },
    apply(changes) {
      try {
        database.transactionSync(() => {
          for (const { key, value } of changes) {
            if (value === undefined) database.removeSync(storedKey(key))
            else database.putSync(storedKey(key), bufferOf(storedValue(key, value)))
          }
        })
      } catch (cause) {
        throw failed(cause)
      }
    },
    first(range, count) {
      const found = []
      for (const entry of entriesIn(database, range)) {
        if (found.push(entry) >= count) break
      }
      return found
    },
    async close() {
      await database.close()
      await remove()
    },
  }
}

/** The same bytes, as LMDB takes them. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
