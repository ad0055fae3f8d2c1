import type { StateStore, StoreChange, StoreConnection, StoreEntry } from '../core/stateStore.ts'
import { type ByteRoom, byteRoom } from './byteRoom.ts'
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
  const room = byteRoom()
  let isOpen = true
  const requireOpen = (): void => {
    if (!isOpen) throw storeClosed(NAME)
  }
  return {
    async commit(changes) {
      requireOpen()
      if (readOnly) throw storeReadOnly(NAME)
      requireKeys(changes)
      replace(entries, room, changes)
    },
    async get(key) {
      requireOpen()
      // Its own bytes are written over once the entry is gone.
      return entries.get(byteText(key))?.value.slice()
    },
    async *scan(range = {}) {
      requireOpen()
      for (const id of idsIn(entries, range)) {
        const entry = entries.get(id)
        if (entry !== undefined) yield { ...entry, value: entry.value.slice() }
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

/** Values are copied into bytes of the store's own, which those that go leave behind. */
function replace(entries: Map<string, StoreEntry>, room: ByteRoom, changes: readonly StoreChange[]): void {
  for (const { key, value } of changes) {
    const before = entries.get(byteText(key))
    const own = value && room.take(value.length)
    if (value) own?.set(value)
    applyTo(entries, [{ key, value: own }])
    if (before) room.giveBack(before.value)
  }
}
