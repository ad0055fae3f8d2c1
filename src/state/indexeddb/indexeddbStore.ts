import type { BrowserLevel } from 'browser-level'
import { DataflowError } from '../../core/errors.ts'
import type { StateStore } from '../../core/stateStore.ts'
import { storeFailed, storeInUse } from '../storeErrors.ts'
import { connectLevel } from './connectLevel.ts'

/** The part of the Web Locks API that is used here; browsers have it on pages that came over HTTPS or from this machine. */
interface WebLocks {
  request(name: string, options: { readonly ifAvailable: true }, hold: (lock: unknown) => unknown): Promise<unknown>
}

/**
 * A store in an IndexedDB database of its own, which is made when it is not there; it needs the package
 * `browser-level`, and `events` where the bundler brings none.
 * What was committed survives the end of the page; browsers may empty it where the disk is full or the user asks. One page
 * or worker of an origin writes at a time, which the browser ends when the page ends; others may open it with `readOnly`.
 * `open` rejects with STORE_IN_USE, STORE_FAILED where the browser does not give the database, UNMET_REQUIREMENT without
 * browser-level or without Web Locks.
 *
 * @example const store = indexeddbStore('rides')
 */
export function indexeddbStore(name: string): StateStore {
  if (name === '') {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: 'the name of a store is empty.',
      remedy: 'Name it after its job.',
    })
  }
  const title = `the store "${name}"`
  return {
    kind: 'indexeddb',
    async open({ readOnly = false } = {}) {
      const { BrowserLevel } = await loadLevel()
      const release = readOnly ? () => {} : await takeLock(title, `tidemark/${name}`)
      const level: BrowserLevel<Uint8Array, Uint8Array> = new BrowserLevel(name, {
        prefix: 'tidemark/',
        keyEncoding: 'view',
        valueEncoding: 'view',
      })
      try {
        await level.open()
      } catch (cause) {
        release()
        throw storeFailed(`${title} cannot be opened.`, 'See `cause` for what the browser says.', cause)
      }
      return connectLevel(title, level, readOnly, release)
    },
  }
}

async function loadLevel(): Promise<typeof import('browser-level')> {
  try {
    return await import('browser-level')
  } catch (cause) {
    throw new DataflowError('UNMET_REQUIREMENT', {
      problem: 'indexeddbStore needs the package browser-level, which is not installed.',
      remedy: 'Run: npm install browser-level events',
      cause,
    })
  }
}

/** Answers what lets the lock go. */
function takeLock(title: string, name: string): Promise<() => void> {
  const { navigator } = globalThis as { navigator?: { locks?: WebLocks } } // Not in every place that has IndexedDB.
  const locks = navigator?.locks
  if (locks === undefined) {
    throw new DataflowError('UNMET_REQUIREMENT', {
      problem: `${title} needs Web Locks to have one writer, and this page has none.`,
      remedy: 'Serve the page over HTTPS, or from this machine.',
    })
  }
  return new Promise((resolve, reject) => {
    const held = locks.request(name, { ifAvailable: true }, (lock) => {
      if (lock === null) {
        reject(storeInUse(title, 'another run of this origin has it open', 'Stop that run, or give this one a store.'))
        return undefined
      }
      return new Promise<void>((release) => resolve(release))
    })
    held.catch(reject)
  })
}
