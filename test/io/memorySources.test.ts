import { expect, test } from 'vitest'
import type { SplitReader } from '../../src/core/source.ts'
import { fromAsyncIterable } from '../../src/io/fromAsyncIterable.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { periodic } from '../../src/io/periodic.ts'
import { brokenLaws } from './brokenLaws.ts'
import { readSplit } from './readSplit.ts'

const SPLIT = { id: '0', restriction: null }

test('an array, a set and a generator function are replayable sources that keep the laws', async () => {
  const generator = function* () {
    yield* [1, 2, 3]
  }
  for (const values of [[1, 2, 3], new Set([1, 2, 3]), generator, () => [1, 2, 3]]) {
    for (const splits of [1, 2, 5]) expect(await brokenLaws(() => fromIterable(values, { splits }))).toEqual([])
    expect((await readSplit(fromIterable(values))).values).toEqual([1, 2, 3])
  }
})

test('splits take elements in turn', async () => {
  const source = fromIterable(['a', 'b', 'c', 'd', 'e'], { splits: 2 })
  expect((await readSplit(source, 0)).values).toEqual(['a', 'c', 'e'])
  expect((await readSplit(source, 1)).values).toEqual(['b', 'd'])
  expect(source.size?.()).toBe(5)
})

test('an iterable that can be walked once only is refused, because a second walk would find nothing', () => {
  const once = (function* () {
    yield 1
  })()
  expect(() => fromIterable(once)).toThrow('[INVALID_ARGUMENT] fromIterable: the iterable can be walked only once')
  expect(() => fromIterable([1], { splits: 0 })).toThrow('[INVALID_ARGUMENT]')
})

test('closing early gives the iterator back', async () => {
  let isReturned = false
  const source = fromIterable(function* () {
    try {
      yield 1
      yield 2
    } finally {
      isReturned = true
    }
  })
  const reader = await source.open(SPLIT, undefined)
  await reader.read(1)
  await reader.close()
  expect(isReturned).toBe(true)
})

async function* letters() {
  yield 'a'
  yield 'b'
  yield 'c'
}

test('an async iterable waits when it has nothing, and ends', async () => {
  const source = fromAsyncIterable(letters, { bounded: true, replayable: true })
  expect((await readSplit(source)).values).toEqual(['a', 'b', 'c'])
  expect((await readSplit(source, 0, 2)).values).toEqual(['c'])
  const reader = await source.open(SPLIT, undefined)
  expect(await reader.read(10)).toMatchObject({ values: [], status: 'wait' })
  await reader.close()
  await reader.close()
})

test('an async iterable is asked only while there is room', async () => {
  let asked = 0
  async function* counting() {
    for (;;) {
      asked += 1
      yield asked
    }
  }
  const reader = await fromAsyncIterable(counting, { bounded: false, capacity: 4 }).open(SPLIT, undefined)
  const taken: number[] = []
  while (taken.length < 10) {
    const result = await reader.read(1)
    taken.push(...result.values)
    if (result.status === 'wait') await result.ready
    expect(asked - taken.length).toBeLessThanOrEqual(5)
  }
  expect(taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(reader.position()).toBe(10)
  await reader.close()
})

test('the failure of an async iterable comes after the values before it', async () => {
  async function* failing() {
    yield 1
    throw new Error('broken pipe')
  }
  const reader = await fromAsyncIterable(failing, { bounded: true }).open(SPLIT, undefined)
  const first = await reader.read(5)
  await first.ready
  expect(await settleRead(reader)).toEqual([1])
  await expect(settleRead(reader)).rejects.toThrow('[SOURCE_FAILED] the async iterable failed: broken pipe.')
})

async function settleRead(reader: SplitReader<number>): Promise<readonly number[]> {
  const result = await reader.read(5)
  if (result.status !== 'wait') return result.values
  await result.ready
  return settleRead(reader)
}

test('a live async iterable cannot be resumed', () => {
  const source = fromAsyncIterable(letters(), { bounded: false, replayable: true })
  expect(source.replayable).toBe(false)
  expect(() => source.open(SPLIT, 3)).toThrow('[SOURCE_FAILED] an async iterable cannot be resumed at 3')
})

test('a periodic source counts its ticks and leaves none out', async () => {
  const ticks: (() => void)[] = []
  const source = periodic({
    every: 1000,
    schedule(tick) {
      ticks.push(tick)
      return () => {}
    },
  })
  const reader = await source.open(SPLIT, undefined)
  const tick = () => ticks.pop()?.()
  const waiting = await reader.read(10)
  expect(waiting.status).toBe('wait')
  tick()
  await waiting.ready
  tick()
  tick()
  expect(await reader.read(2)).toEqual({ values: [0, 1], status: 'more' })
  expect(await reader.read(2)).toEqual({ values: [2], status: 'more' })
  expect(reader.position()).toBe(3)
  await reader.close()
  expect(() => periodic({ every: 0 })).toThrow('[INVALID_ARGUMENT]')
})
