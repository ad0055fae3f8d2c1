import { lmdbStore } from '../../../src/state/lmdb.ts'
import { memoryStore } from '../../../src/state/memoryStore.ts'
import { temporaryFolder } from '../../io/temporaryFolder.ts'
import type { MakeStore } from './storedLaws.ts'

/** The stores of Node, for the tests of one file. Those of lmdb are in a folder that is removed after them. */
export function nodeStores(): readonly (readonly [name: string, make: MakeStore])[] {
  const folder = temporaryFolder()
  let folders = 0
  return [
    ['memory', memoryStore],
    ['lmdb', () => lmdbStore(folder.path(`store ${folders++}`))],
  ]
}
