import type { StateStore, StoreConnection, StoreEntry } from '../core/stateStore.ts'
import { byteText } from './byteText.ts'
import { applyTo, idsIn, memoryScratch } from './memoryEntries.ts'
import { requireKeys, storeClosed, storeInUse, storeReadOnly } from './storeErrors.ts'

const NAME = 'the memory store'

/**
 * A store that lives as long as the program does: for tests, and for jobs that may start over. What was committed is
 * there when it is closed and opened again. `open` rejects with STORE_IN_USE while another run writes to it.
 *
 * @example const store = memoryStore()
 */
export function memoryStore(): StateStore {
  const entries = new Map<string, StoreEntry>()
  let hasWriter = false
  return {
    kind: 'memory',
    async open({ readOnly = false } = {}) {
      if (readOnly) return connect(entries, true, () => {})
      if (hasWriter) throw storeInUse(NAME, 'another run has it open', 'Wait for that run, or give this one a store.')
      hasWriter = true
      return connect(entries, false, () => {
        hasWriter = false
      })
    },
  }
}

function connect(entries: Map<string, StoreEntry>, readOnly: boolean, release: () => void): StoreConnection {
  let isOpen = true
  const requireOpen = (): void => {
    if (!isOpen) throw storeClosed(NAME)
  }
  return {
    async commit(changes) {
      requireOpen()
      if (readOnly) throw storeReadOnly(NAME)
      requireKeys(changes)
      applyTo(entries, changes)
    },
    async get(key) {
      requireOpen()
      return entries.get(byteText(key))?.value
    },
    async *scan(range = {}) {
      requireOpen()
      for (const id of idsIn(entries, range)) {
        const entry = entries.get(id)
        if (entry !== undefined) yield entry
      }
    },
    async openScratch() {
      requireOpen()
      return memoryScratch()
    },
    async close() {
      if (isOpen) release()
      isOpen = false
    },
  }
}
