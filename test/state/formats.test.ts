import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { StateStore } from '../../src/core/stateStore.ts'
import { localRunner } from '../../src/runners/local/localRunner.ts'
import { manifestKey } from '../../src/state/checkpointKeys.ts'
import { openCheckpointLog } from '../../src/state/checkpointLog.ts'
import { CHECKPOINT_FORMAT, encodeManifest } from '../../src/state/checkpointManifest.ts'
import { openCheckpointReader } from '../../src/state/checkpointReader.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'
import { unpackColumns } from '../../src/state/unpackColumns.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { until } from '../runners/turns.ts'
import { changed, contents, draft } from './support/drafts.ts'
import { AFTER, BEFORE, visits, visitsTape } from './support/visits.ts'

/** All entries of a store as base64, key and value: written once by the version that had the format, and kept. */
const FORMAT_1 = new URL('./fixtures/checkpoints-1.json', import.meta.url)
const FORMAT_2 = new URL('./fixtures/checkpoints-2.json', import.meta.url)
/** The same of a run of `visits`, suspended after what stands in BEFORE; its step's cells are told by their places alone. */
const STATEFUL_1 = new URL('./fixtures/stateful-1.json', import.meta.url)
const STATEFUL_3 = new URL('./fixtures/stateful-3.json', import.meta.url)
/** The same of format 3 with its keys side by side. */
const STATEFUL_3_BLOCKS = new URL('./fixtures/stateful-3-blocks.json', import.meta.url)

test('checkpoints of format 1 are read, and gone on from', async () => {
  const log = await openCheckpointLog(await (await storeOf(FORMAT_1)).open(), { job: 'rides' })
  expect(log.list().map(({ id, name }) => [id, name])).toEqual([
    [1, 'before the move'],
    [2, undefined],
    [3, undefined],
  ])
  const at = new Date(0)
  expect(contents(await log.load(1))).toEqual({ sums: { head: { watermark: 5n }, cells: { a: 1, b: [at] } } })
  expect(contents(await log.load('latest'))).toEqual({
    sums: { head: { watermark: 6n }, cells: { a: 2, c: new Set([-0]) } },
    joins: { head: null, cells: { é: 'ü' } },
  })
  await log.save(draft({ sums: changed({ d: 4 }) }))
  expect(contents(await log.load('latest')).sums?.cells).toEqual({ a: 2, c: new Set([-0]), d: 4 })
})

test('checkpoints of format 2 are read, with bytes and packed columns, and gone on from', async () => {
  const log = await openCheckpointLog(await (await storeOf(FORMAT_2)).open(), { job: 'rides' })
  const first = contents(await log.load(1)).sums
  const { c: packed, ...others } = first?.cells ?? {}
  expect([first?.head, others]).toEqual([{ watermark: 5n }, { a: 1, b: new Date(0), d: new Uint8Array(0) }])
  const columns = {
    ints: [1, -2, 3],
    wide: [1, 70_000, -70_000],
    middle: [1, 300, -300],
    doubles: [0.5, -0, Number.NaN],
    same: [7, 7, 7],
    texts: ['a', 'é', '\u{1f600}'],
    halves: ['\ud83d', 'x', ''],
    blobs: [Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3)],
    values: [1n, null, { a: [undefined] }],
    nothing: [undefined, undefined, undefined],
    nested: { high: [1, 2, 3], deeper: { low: [true, true, false] } },
  }
  expect(unpackColumns(packed as Uint8Array)).toEqual({ rows: 3, columns })
  const { f, ...rest } = contents(await log.load('latest')).sums?.cells ?? {}
  expect(unpackColumns(f as Uint8Array)).toEqual({ rows: 3, columns })
  expect(rest).toEqual({ b: new Date(0), c: Uint8Array.of(9), d: new Uint8Array(0), g: 'ü' })
  await log.save(draft({ sums: changed({ c: undefined, f: undefined, h: 4 }) }))
  expect(contents(await log.load('latest')).sums?.cells).toEqual({ b: new Date(0), d: new Uint8Array(0), g: 'ü', h: 4 })
})

test('a store of format 1 goes on in format 2', async () => {
  const log = await openCheckpointLog(await (await storeOf(FORMAT_1)).open(), { job: 'rides' })
  await log.load('latest')
  for (let at = 0; at < 5; at++) await log.save(draft({ sums: changed({ d: Uint8Array.of(at), [`e${at}`]: at }) }))
  const cells = { a: 2, c: new Set([-0]), d: Uint8Array.of(4), e0: 0, e1: 1, e2: 2, e3: 3, e4: 4 }
  expect(contents(await log.load('latest')).sums?.cells).toEqual(cells)
})

test('a format that is not known yet is refused, and named', async () => {
  const connection = await memoryStore().open()
  const { sealer } = await openCheckpointReader(connection)
  const { header } = draft({})
  const manifest = { format: CHECKPOINT_FORMAT + 1, id: 1, name: undefined, header, nodes: new Map() }
  await connection.commit([{ key: manifestKey(1), value: encodeManifest(sealer, manifest) }])
  await expect(openCheckpointLog(connection)).rejects.toThrow(
    '[SNAPSHOT_MISMATCH] checkpoint 1 is in format 4, and this version reads formats up to 3. Run the version of tidemark',
  )
})

test.each([
  ['1', STATEFUL_1],
  ['3, keys alone', STATEFUL_3],
  ['3, keys side by side', STATEFUL_3_BLOCKS],
])('a run goes on from state of format %s: cells of all kinds, and timers', async (_format, fixture) => {
  const store = await storeOf(fixture)
  const out: string[] = []
  const clock = virtualClock(1000)
  const handle = localRunner().run(visits(visitsTape([...BEFORE, ...AFTER]), out), { clock, checkpoint: { store } })
  await until(() => handle.progress().reads[0]?.rows === 5)
  await handle.drain()
  expect(out).toEqual([
    'ada 1 after none path / pages / by /:1 total 1 log 9/',
    'bob 1 after none path / pages / by /:1 total 2 log 8/',
    'ada 2 after / path /,/new pages /,/new by /:1,/new:1 total 4 log 7/new,9/',
    'ada 3 after /new path /,/new,/ pages /,/new by /:2,/new:1 total 9 log 5/,7/new,9/',
    'bob 1 after none path /new pages /new by /new:1 total 12 log -2/new',
    'bob timer 8 with 1',
    'ada timer 8 with 3',
    'bob timer 8 with 1',
  ])
})

async function storeOf(fixture: URL): Promise<StateStore> {
  const store = memoryStore()
  const connection = await store.open()
  const entries = JSON.parse(readFileSync(fixture, 'utf8')) as [string, string][]
  await connection.commit(entries.map(([key, value]) => ({ key: bytes(key), value: bytes(value) })))
  await connection.close()
  return store
}

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'))
}
