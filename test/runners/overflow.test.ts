import { expect, test } from 'vitest'
import type { ScratchTable, StateStore } from '../../src/core/stateStore.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { neverIdle } from '../../src/io/idle.ts'
import { toArray } from '../../src/io/toArray.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { localRunner, run } from '../../src/runners/local/localRunner.ts'
import type { CheckpointOptions } from '../../src/runners/local/openCheckpoints.ts'
import { value } from '../../src/state/cells/value.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { filter } from '../../src/transforms/filter.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { stateful } from '../../src/transforms/stateful.ts'
import { updateStateByKey } from '../../src/transforms/updateStateByKey.ts'
import { write } from '../../src/transforms/write.ts'
import { aroundStore } from './aroundStore.ts'
import { tape } from './tape.ts'
import { turns, until } from './turns.ts'

/** Each of ten keys comes twice, far apart, so that it leaves memory in between. */
const NUMBERS = Array.from({ length: 20 }, (_, at) => at)
const SUMS = NUMBERS.map((n) => (n < 10 ? n : n + (n - 10)))

function sums(out: number[]) {
  const p = pipeline('sums')
  p.read(fromIterable(NUMBERS), { name: 'numbers' }).pipe(
    keyBy((n) => n % 10, { name: 'keys' }),
    updateStateByKey(
      () => 0,
      (sum, n) => sum + n,
      { name: 'sums' },
    ),
    write(toArray(out), { name: 'out' }),
  )
  return p.plan()
}

/** What runs ask of the scratch table of a store in memory. */
interface Watched {
  readonly store: StateStore
  /** Tables that were asked for, entries that were put into them, and entries that were found there again. */
  readonly asked: { tables: number; put: number; found: number }
}

function watched(): Watched {
  const inner = memoryStore()
  const asked = { tables: 0, put: 0, found: 0 }
  const watch = (table: ScratchTable): ScratchTable => ({
    get(key) {
      const found = table.get(key)
      if (found !== undefined) asked.found++
      return found
    },
    apply(changes) {
      asked.put += changes.filter(({ value: put }) => put !== undefined).length
      table.apply(changes)
    },
    first: (range, count) => table.first(range, count),
  })
  const store = aroundStore(inner, ({ openScratch }) => ({
    async openScratch() {
      asked.tables++
      if (openScratch === undefined) throw new RangeError('a store in memory has a scratch table')
      return watch(await openScratch())
    },
  }))
  return { store, asked }
}

test('keys that memory has no room for wait beside the store, and results are the same', async () => {
  const { store, asked } = watched()
  const out: number[] = []
  await run(sums(out), { quantum: 1, bundleSize: 1, checkpoint: { store, keysInMemory: 2 } })
  expect(out).toEqual(SUMS)
  expect(asked.tables).toBe(1)
  expect(asked.put).toBeGreaterThanOrEqual(8)
  expect(asked.found).toBeGreaterThanOrEqual(8)
})

test('nothing is put beside the store while there is room', async () => {
  const { store, asked } = watched()
  const out: number[] = []
  await run(sums(out), { quantum: 1, bundleSize: 1, checkpoint: { store } })
  expect(out).toEqual(SUMS)
  expect(asked).toEqual({ tables: 1, put: 0, found: 0 })
})

test('a job without stateful steps asks for no room', async () => {
  const { store, asked } = watched()
  const p = pipeline('even')
  p.read(fromIterable(NUMBERS), { name: 'numbers' }).pipe(
    filter((n) => n % 2 === 0),
    write(toArray<number>([]), { name: 'out' }),
  )
  await run(p.plan(), { checkpoint: { store, keysInMemory: 1 } })
  expect(asked.tables).toBe(0)
})

test('a store that has no such place keeps all keys in memory', async () => {
  const inner = memoryStore()
  const store: StateStore = {
    kind: 'bare',
    async open(options) {
      const { openScratch: _, ...connection } = await inner.open(options)
      return connection
    },
  }
  const out: number[] = []
  await run(sums(out), { quantum: 1, bundleSize: 1, checkpoint: { store, keysInMemory: 1 } })
  expect(out).toEqual(SUMS)
})

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('keysInMemory: %s is refused', async (keysInMemory) => {
  const { store, asked } = watched()
  await expect(run(sums([]), { checkpoint: { store, keysInMemory } })).rejects.toThrow(
    `[INVALID_ARGUMENT] keysInMemory is ${keysInMemory}, and a step keeps one key or more in memory.`,
  )
  expect(asked.tables).toBe(0)
})

/** Counts numbers; the second version counts in twos. */
function counts(source: ReturnType<typeof tape<number>>, version: number) {
  const later = { version, migrate: (count: unknown) => 2 * Number(count) }
  const p = pipeline('counts')
  p.read(source, { name: 'numbers', timestamp: (n) => n, watermark: monotonous(), idle: neverIdle() }).pipe(
    keyBy((n) => n % 3, { name: 'keys' }),
    stateful({
      name: 'counts',
      cells: { count: value(() => 0, version === 1 ? {} : later) },
      onElement: (state) => [++state.count],
    }),
    write(toArray<number>([]), { name: 'out' }),
  )
  return p.plan()
}

/** The store, whose commits wait from when it is told to until it is let go. */
function held(store: StateStore) {
  let gate: Promise<void> | undefined
  let open = (): void => {}
  const slow = aroundStore(store, (connection) => ({
    async commit(changes) {
      await gate
      await connection.commit(changes)
    },
  }))
  const hold = (): void => {
    gate = new Promise((resolve) => {
      open = resolve
    })
  }
  return { store: slow, hold, letGo: () => open() }
}

test.each([
  ['a run goes on while a checkpoint is saved', 1, 5],
  ['a run whose state is of an earlier version waits until its first checkpoint is saved', 2, 3],
])('%s', async (_what, version, read) => {
  const inner = memoryStore()
  const source = tape<number>()
  source.push(1, 2, 3)
  const clock = virtualClock()
  const first = localRunner().run(counts(source, 1), { clock, checkpoint: { store: inner } })
  await until(() => first.progress().reads[0]?.rows === 3)
  await first.suspend()

  source.push(4, 5)
  const { store, hold, letGo } = held(inner)
  hold()
  await clock.advanceTo(100)
  const checkpoint: CheckpointOptions = { store, every: 100 }
  const second = localRunner().run(counts(source, version), { clock, checkpoint })
  await until(() => (second.progress().reads[0]?.rows ?? 0) >= 3)
  await turns(60)
  expect(second.progress().reads[0]?.rows).toBe(read)
  letGo()
  source.end()
  expect(await second.done).toMatchObject({ outcome: 'finished', written: { out: 5 } })
})
