import { describe, expect, test } from 'vitest'
import { openCheckpointLog } from '../../src/state/checkpointLog.ts'
import { openCheckpointReader } from '../../src/state/checkpointReader.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'
import { changed, contents, draft, whole } from './support/drafts.ts'
import { faultyConnection } from './support/faultyConnection.ts'

const openLog = async (options = {}) => openCheckpointLog(await memoryStore().open(), options)

describe('what is saved', () => {
  test('a checkpoint has what every one before it said of each key, the last word counting', async () => {
    const log = await openLog({ keep: 3 })
    await log.save(draft({ sums: changed({ a: 1, b: 2 }, { watermark: 5 }) }))
    await log.save(draft({ sums: changed({ b: 3, c: 4 }, { watermark: 6 }) }))
    await log.save(draft({ sums: changed({ a: undefined }, { watermark: 6 }) }))
    expect(contents(await log.load(1))).toEqual({ sums: { head: { watermark: 5 }, cells: { a: 1, b: 2 } } })
    expect(contents(await log.load(2))).toEqual({ sums: { head: { watermark: 6 }, cells: { a: 1, b: 3, c: 4 } } })
    expect(contents(await log.load('latest'))).toEqual({ sums: { head: { watermark: 6 }, cells: { b: 3, c: 4 } } })
  })

  test('a whole capture replaces what a node had, and a node that is not named has lost it', async () => {
    const log = await openLog()
    await log.save(draft({ sums: changed({ a: 1 }), other: changed({ x: 1 }) }))
    await log.save(draft({ sums: whole({ b: 2 }) }))
    expect(contents(await log.load('latest'))).toEqual({ sums: { head: null, cells: { b: 2 } } })
  })

  test('what is saved next goes on from the checkpoint that was loaded', async () => {
    const log = await openLog({ keep: 3 })
    await log.save(draft({ sums: changed({ a: 1 }) }))
    await log.save(draft({ sums: changed({ b: 2 }) }))
    await log.load(1)
    await log.save(draft({ sums: changed({ c: 3 }) }))
    expect(contents(await log.load('latest'))).toEqual({ sums: { head: null, cells: { a: 1, c: 3 } } })
  })

  test('a run that has loaded nothing starts from nothing, whatever the store holds', async () => {
    const store = memoryStore()
    const first = await store.open()
    await (await openCheckpointLog(first)).save(draft({ sums: changed({ a: 1 }) }))
    await first.close()
    const log = await openCheckpointLog(await store.open())
    const { id } = await log.save(draft({ sums: changed({ b: 2 }) }))
    expect(id).toBe(2)
    expect(contents(await log.load(2))).toEqual({ sums: { head: null, cells: { b: 2 } } })
  })

  test('keys and values come back exactly, whatever they are', async () => {
    const log = await openLog()
    const cells = {
      '': [undefined, 7n],
      '\u0000é\ud800': new Map([['a', -0]]),
      'a,b"]': '],[,"$',
      long: 'x'.repeat(200_000),
    }
    await log.save(draft({ sums: changed(cells, new Set([1])) }))
    expect(contents(await log.load('latest'))).toEqual({ sums: { head: new Set([1]), cells } })
  })

  test('a value that cannot be encoded is refused, and the checkpoint before is there', async () => {
    const log = await openLog()
    await log.save(draft({ sums: changed({ a: 1 }) }))
    await expect(log.save(draft({ sums: changed({ b: () => 1 }) }))).rejects.toThrow('[NOT_ENCODABLE] function b at $')
    expect(log.list().map(({ id }) => id)).toEqual([1])
    await expect(log.save(draft({ sums: changed({ c: 1 }) }))).rejects.toThrow(
      '[STORE_FAILED] an earlier checkpoint could not be saved, and what had changed since the one before it is lost.',
    )
    await log.save(draft({ sums: whole({ c: 1 }) }))
    expect(contents(await log.load('latest'))).toEqual({ sums: { head: null, cells: { c: 1 } } })
  })
})

describe('what survives mergers and failures', () => {
  test('nothing is kept of what was deleted, in whatever parts that was told', async () => {
    const connection = await memoryStore().open()
    const log = await openCheckpointLog(connection, { keep: 1 })
    await log.save(draft({ sums: changed({ a: 1, b: 2, c: 3, d: 4, e: 5 }) }))
    await log.save(draft({ sums: changed({ a: undefined, b: undefined, c: undefined }) }))
    await log.save(draft({ sums: changed({ d: undefined, e: undefined }) }))
    const { id } = await log.save(draft({ sums: changed({}) }))
    const { manifests } = await openCheckpointReader(connection)
    expect(manifests.get(id)?.nodes.get('sums')?.segments).toEqual([])
  })

  test('nothing is kept of a deletion that was told twice', async () => {
    const connection = await memoryStore().open()
    const log = await openCheckpointLog(connection, { keep: 1 })
    await log.save(draft({ sums: changed({ a: 1 }) }))
    await log.save(draft({ sums: changed({ a: undefined }) }))
    await log.save(draft({ sums: changed({ a: undefined }) }))
    const { id } = await log.save(draft({ sums: changed({}) }))
    const { manifests } = await openCheckpointReader(connection)
    expect(manifests.get(id)?.nodes.get('sums')?.segments).toEqual([])
  })

  test('a key that was deleted stays so when later segments are merged and an earlier one has it', async () => {
    const log = await openLog()
    await log.save(draft({ sums: changed({ a: 1, b: 2, c: 3, d: 4, e: 5 }) }))
    await log.save(draft({ sums: changed({ a: undefined }) }))
    await log.save(draft({ sums: changed({ b: 3 }) }))
    await log.save(draft({ sums: changed({ c: 4 }) }))
    expect(contents(await log.load('latest')).sums?.cells).toEqual({ b: 3, c: 4, d: 4, e: 5 })
  })

  test('a checkpoint that is there although its commit was said to have failed is kept as it is', async () => {
    const connection = faultyConnection(await memoryStore().open())
    const log = await openCheckpointLog(connection, { keep: 3 })
    await log.save(draft({ sums: changed({ a: 1 }) }))
    // Entries, head, manifest.
    connection.arm({ at: 3, isApplied: true, isLasting: false })
    await expect(log.save(draft({ sums: changed({ b: 2 }, 'head') }))).rejects.toThrow(
      '[STORE_FAILED] the disk is gone.',
    )
    const { id } = await log.save(draft({ sums: whole({ c: 3 }) }))
    expect(id).toBe(3)
    expect(contents(await log.load(2)).sums?.cells).toEqual({ a: 1, b: 2 })
  })
})

describe('which are kept', () => {
  test('the last two by default, and every savepoint until it is dropped', async () => {
    const log = await openLog()
    for (let at = 1; at <= 5; at++) {
      await log.save(
        draft({ sums: changed({ [`k${at}`]: at, last: at }) }),
        at === 2 ? { name: 'before the move' } : {},
      )
    }
    expect(log.list().map(({ id, name }) => [id, name])).toEqual([
      [2, 'before the move'],
      [4, undefined],
      [5, undefined],
    ])
    expect(contents(await log.load(2))).toEqual({ sums: { head: null, cells: { k1: 1, k2: 2, last: 2 } } })
    await log.drop(2)
    expect(log.list().map(({ id }) => id)).toEqual([4, 5])
    expect(contents(await log.load(4)).sums?.cells).toEqual({ k1: 1, k2: 2, k3: 3, k4: 4, last: 4 })
  })

  test('the name of a savepoint is given once, and loses nothing by being refused', async () => {
    const log = await openLog()
    await log.save(draft({ sums: changed({ a: 1 }) }), { name: 'v1' })
    await expect(log.save(draft({}), { name: 'v1' })).rejects.toThrow(
      '[INVALID_ARGUMENT] the savepoint 1 is named "v1" already. Choose another name, or drop that savepoint first.',
    )
    await log.save(draft({ sums: changed({ b: 2 }) }), { name: 'v2' })
    expect(contents(await log.load('latest')).sums?.cells).toEqual({ a: 1, b: 2 })
  })

  test('what is not there is not loaded and not dropped', async () => {
    const log = await openLog()
    await expect(log.load('latest')).rejects.toThrow(
      '[INVALID_ARGUMENT] the store holds no checkpoint. Save one first.',
    )
    await log.save(draft({}))
    await expect(log.load(7)).rejects.toThrow('[INVALID_ARGUMENT] the store holds no checkpoint 7. It holds 1.')
    await expect(log.drop(7)).rejects.toThrow('[INVALID_ARGUMENT] the store holds no checkpoint 7. It holds 1.')
  })

  test('a checkpoint that a run goes on from may be dropped: the next one has what it had', async () => {
    const log = await openLog()
    await log.save(draft({ sums: changed({ a: 1 }) }))
    await log.drop(1)
    expect(log.latest).toBeUndefined()
    await log.save(draft({ sums: changed({ b: 2 }) }))
    expect(contents(await log.load('latest')).sums?.cells).toEqual({ a: 1, b: 2 })
  })
})

describe('what it costs', () => {
  test('a head that has not changed is not written again', async () => {
    const { log, written } = await countedLog()
    await log.save(draft({ sums: changed({}, 'x'.repeat(100_000)) }))
    const first = written()
    await log.save(draft({ sums: changed({}, 'x'.repeat(100_000)) }))
    expect(first).toBeGreaterThan(100_000)
    expect(written() - first).toBeLessThan(1_000)
  })

  test('writes are in proportion to what changes, not to what is there or to how often it was saved', async () => {
    const { log, written } = await countedLog()
    const cells = Object.fromEntries(Array.from({ length: 20_000 }, (_, key) => [`key ${key}`, key]))
    await log.save(draft({ sums: changed(cells) }))
    const base = written()
    for (let round = 0; round < 64; round++) {
      await log.save(draft({ sums: changed({ [`key ${round}`]: -round, [`new ${round}`]: round }) }))
    }
    // 64 manifests of a few hundred bytes, and each change again as often as segments were merged.
    expect(written() - base).toBeLessThan(base / 4)
    expect(Object.keys(contents(await log.load('latest')).sums?.cells ?? {})).toHaveLength(20_064)
  })

  test('the store does not grow where state does not', async () => {
    const store = memoryStore()
    const log = await openCheckpointLog(await store.open())
    const sizes: number[] = []
    for (let round = 100; round < 300; round++) {
      await log.save(draft({ sums: changed({ [`k${round}`]: 'v'.repeat(1_000), [`k${round - 10}`]: undefined }) }))
      sizes.push(await sizeOf(store))
    }
    // Ids get longer; ten bytes are what one entry takes beside its value.
    expect(Math.max(...sizes.slice(100))).toBeLessThan(Math.max(...sizes.slice(50, 100)) + 10)
    expect(Math.max(...sizes)).toBeLessThan(4 * 10 * 1_000 + 10_000)
  })
})

test('the host gets its turn between chunks', async () => {
  let turns = 0
  const log = await openLog({ yieldToHost: async () => void turns++ })
  const cells = Object.fromEntries(Array.from({ length: 100 }, (_, key) => [`key ${key}`, 'x'.repeat(10_000)]))
  await log.save(draft({ sums: changed(cells) }))
  expect(turns).toBeGreaterThanOrEqual(15)
})

test('a store serves one job', async () => {
  const store = memoryStore()
  const connection = await store.open()
  await (await openCheckpointLog(connection, { job: 'rides' })).save(draft({}, 'rides'))
  await expect(openCheckpointLog(connection, { job: 'clicks' })).rejects.toThrow(
    '[SNAPSHOT_MISMATCH] the store holds checkpoints of the job "rides", and this one is "clicks".',
  )
})

test('a store that holds something else is left alone', async () => {
  const connection = await memoryStore().open()
  await connection.commit([{ key: Uint8Array.of(1, 2, 3), value: Uint8Array.of(4) }])
  await expect(openCheckpointLog(connection)).rejects.toThrow(
    '[STORE_CORRUPT] the store holds something that is no checkpoint. Give the job an empty store of its own.',
  )
  expect(await connection.get(Uint8Array.of(1, 2, 3))).toEqual(Uint8Array.of(4))
})

test('at least one checkpoint is kept', async () => {
  await expect(openLog({ keep: 0 })).rejects.toThrow('[INVALID_ARGUMENT] keep is 0')
})

async function countedLog() {
  const connection = await memoryStore().open()
  let bytes = 0
  const log = await openCheckpointLog({
    ...connection,
    async commit(changes) {
      for (const { key, value } of changes) bytes += key.length + (value?.length ?? 0)
      await connection.commit(changes)
    },
  })
  return { log, written: () => bytes }
}

async function sizeOf(store: ReturnType<typeof memoryStore>): Promise<number> {
  let bytes = 0
  for await (const { key, value } of (await store.open({ readOnly: true })).scan()) bytes += key.length + value.length
  return bytes
}
