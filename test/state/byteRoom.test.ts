import { describe, expect, test } from 'vitest'
import type { StoreEntry } from '../../src/core/stateStore.ts'
import { ByteRoom } from '../../src/state/byteRoom.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'

const LARGE = 10_000

describe('a room of bytes', () => {
  test('gives what was given back to whoever asks for about as much', () => {
    const room = new ByteRoom()
    const first = room.take(LARGE)
    room.giveBack(first)
    expect(room.take(LARGE - 1_000).buffer).toBe(first.buffer)
    expect(room.take(LARGE).buffer).not.toBe(first.buffer)
  })

  test('keeps large bytes for those who need them, and small ones not at all', () => {
    const room = new ByteRoom()
    const large = room.take(100 * LARGE)
    const small = room.take(10)
    room.giveBack(large)
    room.giveBack(small)
    expect([room.take(LARGE).buffer === large.buffer, room.take(10).buffer === small.buffer]).toEqual([false, false])
  })

  test('answers as many bytes as were asked for', () => {
    const room = new ByteRoom()
    room.giveBack(room.take(LARGE))
    expect([0, 1, LARGE, LARGE + 5].map((size) => room.take(size).length)).toEqual([0, 1, LARGE, LARGE + 5])
  })

  test('lets go what would be more than 32 MB', () => {
    const room = new ByteRoom()
    const all = [room.take(1 << 25), room.take(LARGE)]
    for (const bytes of all) room.giveBack(bytes)
    expect(room.take(LARGE).buffer).not.toBe(all[1]?.buffer)
    expect(room.take(1 << 25).buffer).toBe(all[0]?.buffer)
  })
})

test('what was read from a memory store stays as it is when its entry makes room for another', async () => {
  const store = await memoryStore().open()
  const key = Uint8Array.of(1)
  await store.commit([{ key, value: new Uint8Array(LARGE).fill(1) }])
  const read = await store.get(key)
  const scanned: StoreEntry[] = []
  for await (const entry of store.scan()) scanned.push(entry)
  await store.commit([{ key, value: undefined }])
  await store.commit([{ key, value: new Uint8Array(LARGE).fill(2) }])
  expect([read?.[0], scanned[0]?.value[0], (await store.get(key))?.[0]]).toEqual([1, 1, 2])
})
