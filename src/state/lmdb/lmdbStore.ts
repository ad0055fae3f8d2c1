import { access, constants, mkdir, readdir, realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { RootDatabase } from 'lmdb'
import { DataflowError } from '../../core/errors.ts'
import type { StateStore } from '../../core/stateStore.ts'
import { storeCorrupt, storeFailed, storeInUse } from '../storeErrors.ts'
import { connectLmdb } from './connectLmdb.ts'
import { damageOfLmdbFile } from './lmdbFile.ts'
import { openLmdbScratch } from './lmdbScratch.ts'
import { IDENTITY_KEY, OWNER_KEY } from './storedKey.ts'
import { encodeOwner, livingOwner } from './writerLock.ts'

export interface LmdbStoreOptions {
  /**
   * Takes the store from a run on another machine, or in another container, of which nobody here can tell whether it still
   * runs. Only for a run that is known to be dead: two runs on one store damage each other's results. Default false.
   */
  readonly takeOver?: boolean
}

const DATA_FILE = 'data.mdb'
const OWN_FILES = [DATA_FILE, 'lock.mdb']
const IDENTITY = 'tidemark store 1'

/**
 * A store in a folder of its own, which is made when it is not there; it needs the package `lmdb`. What was committed
 * survives the end of the process at any instant, and of the machine as far as its disk keeps what it has flushed.
 * A process that was killed does not keep others out. Several processes may open the store with `readOnly`, beside one that
 * writes.
 * `open` rejects with STORE_IN_USE, STORE_CORRUPT where the folder holds something else or a damaged store, STORE_FAILED
 * where it cannot be made or read, UNMET_REQUIREMENT without lmdb; none of these changes what is there.
 *
 * @example const store = lmdbStore('state/rides')
 */
export function lmdbStore(path: string, options: LmdbStoreOptions = {}): StateStore {
  if (path === '') {
    throw new DataflowError('INVALID_ARGUMENT', { problem: 'the path of a store is empty.', remedy: 'Name a folder.' })
  }
  return {
    kind: 'lmdb',
    async open({ readOnly = false } = {}) {
      const { open } = await loadLmdb()
      await requireFolder(resolve(path), readOnly)
      // LMDB must meet a folder under one name.
      const folder = await realpath(path)
      // One process has one view of a folder, whoever opens it: a reader that could write lets a writer in beside it.
      const cannotWrite = readOnly && !(await isWritable(folder))
      // Writes of a batch are one transaction of the writing thread, which settles when it is on the disk.
      const settings = {
        encoding: 'binary',
        keyEncoding: 'binary',
        overlappingSync: false,
        eventTurnBatching: false,
      } as const
      const database = openDatabase(folder, () =>
        open<Buffer, Buffer>({ path: folder, noSubdir: false, readOnly: cannotWrite, ...settings }),
      )
      try {
        requireIdentity(folder, database, readOnly)
        if (!readOnly) takeOwnership(folder, database, options.takeOver ?? false)
      } catch (error) {
        await database.close()
        throw error
      }
      return connectLmdb(`the store in ${folder}`, database, readOnly, () =>
        // Nothing of it has to survive: it is memory that the system may put on the disk.
        openLmdbScratch(folder, (path) =>
          open({
            path,
            noSubdir: false,
            noSync: true,
            noMetaSync: true,
            // Entries at random places take three quarters of the time that they take in pages of 4 kB (measured).
            pageSize: 16_384,
            ...settings,
          }),
        ),
      )
    },
  }
}

async function isWritable(folder: string): Promise<boolean> {
  const files = [folder, join(folder, DATA_FILE)]
  return Promise.all(files.map((file) => access(file, constants.W_OK))).then(
    () => true,
    () => false,
  )
}

async function loadLmdb(): Promise<typeof import('lmdb')> {
  try {
    return await import('lmdb')
  } catch (cause) {
    throw new DataflowError('UNMET_REQUIREMENT', {
      problem: 'lmdbStore needs the package lmdb, which is not installed.',
      remedy: 'Run: npm install lmdb',
      cause,
    })
  }
}

/** The folder is there, and holds a store that LMDB can open, or nothing at all. */
async function requireFolder(folder: string, readOnly: boolean): Promise<void> {
  const cannotOpen = (cause: unknown): DataflowError =>
    storeFailed(
      `${folder} cannot be opened as a store.`,
      `Check the path and who may ${readOnly ? 'read' : 'write'} there.`,
      cause,
    )
  const found = await stat(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' && !readOnly) return undefined
    throw cause.code === 'ENOENT'
      ? storeFailed(`there is no store in ${folder}.`, 'Check the path.', cause)
      : cannotOpen(cause)
  })
  if (found === undefined) {
    await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
      throw cannotOpen(cause)
    })
    return
  }
  if (!found.isDirectory())
    throw storeCorrupt(`${folder} is a file, not a store.`, 'Name a folder that is empty or not there.')
  const names = await readdir(folder).catch((cause: unknown) => {
    throw cannotOpen(cause)
  })
  if (!names.includes(DATA_FILE)) {
    const others = names.filter((name) => !OWN_FILES.includes(name))
    if (others.length > 0) throw holdsSomethingElse(folder, others.slice(0, 3).join(', '))
    if (readOnly) throw storeFailed(`there is no store in ${folder}.`, 'Check the path.')
    return
  }
  const damage = await damageOfLmdbFile(join(folder, DATA_FILE), readOnly).catch((cause: unknown) => {
    throw cannotOpen(cause)
  })
  if (damage === undefined) return
  throw storeCorrupt(
    `${join(folder, DATA_FILE)} is damaged: ${damage}.`,
    'Bring back a copy, or start anew with another folder.',
  )
}

function openDatabase(folder: string, open: () => RootDatabase<Buffer, Buffer>): RootDatabase<Buffer, Buffer> {
  try {
    return open()
  } catch (cause) {
    throw storeFailed(`${folder} cannot be opened as a store.`, 'See `cause` for what LMDB says.', cause)
  }
}

function requireIdentity(folder: string, database: RootDatabase<Buffer, Buffer>, readOnly: boolean): void {
  const identity = database.getBinary(IDENTITY_KEY)?.toString()
  if (identity === IDENTITY) return
  if (identity?.startsWith('tidemark')) {
    throw new DataflowError('SNAPSHOT_MISMATCH', {
      problem: `the store in ${folder} is a "${identity}", and this version reads "${IDENTITY}".`,
      remedy: 'Run the version of tidemark that wrote it, or a later one.',
    })
  }
  if (database.getKeysCount({ limit: 1 }) > 0) throw holdsSomethingElse(folder, 'a database of another program')
  if (readOnly) throw storeFailed(`there is no store in ${folder}.`, 'Check the path.')
}

function takeOwnership(folder: string, database: RootDatabase<Buffer, Buffer>, takeOver: boolean): void {
  const owner = database.transactionSync(() => {
    const living = takeOver ? undefined : livingOwner(database.getBinary(OWNER_KEY))
    if (living !== undefined) return living
    database.putSync(IDENTITY_KEY, Buffer.from(IDENTITY))
    database.putSync(OWNER_KEY, Buffer.from(encodeOwner()))
    return undefined
  })
  if (owner === undefined) return
  throw storeInUse(
    `the store in ${folder}`,
    owner,
    'Stop that run; if it is known to be dead, open with { takeOver: true }.',
  )
}

function holdsSomethingElse(folder: string, what: string): DataflowError {
  return storeCorrupt(
    `${folder} holds something else than a store: ${what}.`,
    'Name a folder that is empty or not there.',
  )
}
