import { expect, test } from 'vitest'
import { memoryStore } from '../../src/state/memoryStore.ts'

test('loads what was saved, and nothing that was done to it since', async () => {
  const store = memoryStore()
  const snapshot = { watermark: 5, cells: new Map([['a', [1n]]]) }
  await store.save('one', snapshot)
  snapshot.watermark = 6
  const loaded = (await store.load('one')) as typeof snapshot
  expect(loaded).toEqual({ watermark: 5, cells: new Map([['a', [1n]]]) })
  loaded.cells.clear()
  expect(await store.load('one')).toEqual({ watermark: 5, cells: new Map([['a', [1n]]]) })
})

test('a second save replaces the first, and a deleted snapshot is gone', async () => {
  const store = memoryStore()
  await store.save('b', 1)
  await store.save('a', 2)
  await store.save('b', 3)
  expect(await store.list()).toEqual(['a', 'b'])
  expect(await store.load('b')).toBe(3)
  await store.delete('b')
  await store.delete('never saved')
  expect(await store.list()).toEqual(['a'])
  expect(await store.load('b')).toBeUndefined()
})

test('a snapshot that cannot be encoded is refused, and the one before it stays', async () => {
  const store = memoryStore()
  await store.save('a', 1)
  await expect(store.save('a', { timer: () => 1 })).rejects.toThrow('[NOT_ENCODABLE] function timer at $.timer')
  expect(await store.load('a')).toBe(1)
})
