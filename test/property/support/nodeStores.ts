import type { StateStore } from '../../../src/core/stateStore.ts'
import { lmdbStore } from '../../../src/state/lmdb.ts'
import { memoryStore } from '../../../src/state/memoryStore.ts'
import { temporaryFolder } from '../../io/temporaryFolder.ts'

interface NodeStore {
  /** A new, empty one. */
  readonly make: () => StateStore
  /** How often a law is checked over it: files take their time. */
  readonly runs: number
}

/** The stores of Node, for the tests of one file. Those of lmdb are in a folder that is removed after them. */
export function nodeStores(): readonly (readonly [name: string, store: NodeStore])[] {
  const folder = temporaryFolder()
  let folders = 0
  return [
    ['memory', { make: memoryStore, runs: 2 }],
    ['lmdb', { make: () => lmdbStore(folder.path(`store ${folders++}`)), runs: 1 }],
  ]
}
