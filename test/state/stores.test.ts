import { describe, test } from 'vitest'
import type { StateStore } from '../../src/core/stateStore.ts'
import { lmdbStore } from '../../src/state/lmdb.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'
import { storeLaws } from '../../src/testing/index.ts'
import { temporaryFolder } from '../io/temporaryFolder.ts'

const folder = temporaryFolder()
let stores = 0

const STORES: Readonly<Record<string, () => Promise<StateStore>>> = {
  memoryStore: async () => memoryStore(),
  lmdbStore: async () => lmdbStore(folder.path(`store ${stores++}`)),
}

describe.each(Object.entries(STORES))('%s keeps the laws of stores', (_name, make) => {
  for (const law of storeLaws(make)) test(law.name, () => law.check())
})
