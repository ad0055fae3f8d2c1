import { describe, expect, test } from 'vitest'
import { openCheckpointLog } from '../../src/state/checkpointLog.ts'
import { indexeddbStore } from '../../src/state/indexeddb.ts'
import { storeLaws } from '../../src/testing/laws/storeLaws.ts'
import { changed, contents, draft } from '../state/support/drafts.ts'

let stores = 0

describe('indexeddbStore keeps the laws of stores', () => {
  const make = async () => indexeddbStore(`store ${stores++}`)
  for (const law of storeLaws(make, { runs: 15 })) test(law.name, () => law.check())
})

test('checkpoints are kept in a browser', async () => {
  const store = indexeddbStore('checkpoints')
  const first = await store.open()
  const log = await openCheckpointLog(first)
  await log.save(draft({ sums: changed({ a: 1, b: 'x'.repeat(100_000) }) }))
  await log.save(draft({ sums: changed({ b: undefined, c: 3n }) }))
  await first.close()
  const again = await openCheckpointLog(await store.open())
  expect(contents(await again.load('latest'))).toEqual({ sums: { head: null, cells: { a: 1, c: 3n } } })
})

test('a store has a name', () => {
  expect(() => indexeddbStore('')).toThrow('[INVALID_ARGUMENT] the name of a store is empty. Name it after its job.')
})
