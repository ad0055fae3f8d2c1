import { describe, expect, test } from 'vitest'
import type { StoreEntry } from '../../src/core/stateStore.ts'
import { byteRoom } from '../../src/state/byteRoom.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'

const LARGE = 10_000

describe('a room of bytes', () => {
  test('gives what was given back to whoever asks for about as much', () => {
    const room = byteRoom()
    const first = room.take(LARGE)
    room.giveBack(first)
    expect(room.take(LARGE - 1_000).buffer).toBe(first.buffer)
    expect(room.take(LARGE).buffer).not.toBe(first.buffer)
  })

  test('keeps large bytes for those who need them, and small ones not at all', () => {
    const room = byteRoom()
    const large = room.take(100 * LARGE)
    const small = room.take(10)
    room.giveBack(large)
    room.giveBack(small)
    expect([room.take(LARGE).buffer === large.buffer, room.take(10).buffer === small.buffer]).toEqual([false, false])
  })

  test('answers as many bytes as were asked for', () => {
    const room = byteRoom()
    room.giveBack(room.take(LARGE))
    expect([0, 1, LARGE, LARGE + 5].map((size) => room.take(size).length)).toEqual([0, 1, LARGE, LARGE + 5])
  })

  test('keeps a hundred and twenty-eight at most', () => {
    const room = byteRoom()
    const taken = Array.from({ length: 129 }, () => room.take(LARGE))
    for (const bytes of taken) room.giveBack(bytes)
    const again = new Set(Array.from({ length: 129 }, () => room.take(LARGE).buffer))
    expect(taken.filter(({ buffer }) => again.has(buffer)).length).toBe(128)
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
