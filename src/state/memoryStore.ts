import { compareText } from '../core/coders/compareEncoded.ts'
import { valueCoder } from '../core/coders/valueCoder.ts'
import type { SnapshotStore } from '../core/snapshotStore.ts'

/**
 * A snapshot store that lives as long as the program does: for tests, and for jobs that may start over. It keeps bytes,
 * so that neither side can change what the other holds.
 * `save` rejects with NOT_ENCODABLE where a snapshot holds what valueCoder does not carry.
 *
 * @example const store = memoryStore()
 */
export function memoryStore(): SnapshotStore {
  const snapshots = new Map<string, Uint8Array>()
  return {
    async save(id, snapshot) {
      snapshots.set(id, valueCoder.encode(snapshot))
    },
    async load(id) {
      const bytes = snapshots.get(id)
      return bytes === undefined ? undefined : valueCoder.decode(bytes)
    },
    async list() {
      return [...snapshots.keys()].sort(compareText)
    },
    async delete(id) {
      snapshots.delete(id)
    },
  }
}
