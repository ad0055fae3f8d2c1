import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { StateStore } from '../../src/core/stateStore.ts'
import { localRunner } from '../../src/runners/local/localRunner.ts'
import { manifestKey } from '../../src/state/checkpointKeys.ts'
import { openCheckpointLog } from '../../src/state/checkpointLog.ts'
import { CHECKPOINT_FORMAT, encodeManifest } from '../../src/state/checkpointManifest.ts'
import { openCheckpointReader } from '../../src/state/checkpointReader.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { until } from '../runners/turns.ts'
import { changed, contents, draft } from './support/drafts.ts'
import { AFTER, BEFORE, visits, visitsTape } from './support/visits.ts'

/** All entries of a store as base64, key and value: written once by the version that had the format, and kept. */
const FORMAT_1 = new URL('./fixtures/checkpoints-1.json', import.meta.url)
/** The same of a run of `visits`, suspended after what stands in BEFORE; its step's cells are told by their places alone. */
const STATEFUL_1 = new URL('./fixtures/stateful-1.json', import.meta.url)

test('checkpoints of format 1 are read, and gone on from', async () => {
  const connection = await (await storeOf(FORMAT_1)).open()
  const log = await openCheckpointLog(connection, { job: 'rides' })
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

test('a format that is not known yet is refused, and named', async () => {
  const connection = await memoryStore().open()
  const { sealer } = await openCheckpointReader(connection)
  const { header } = draft({})
  const manifest = { format: CHECKPOINT_FORMAT + 1, id: 1, name: undefined, header, nodes: new Map() }
  await connection.commit([{ key: manifestKey(1), value: encodeManifest(sealer, manifest) }])
  await expect(openCheckpointLog(connection)).rejects.toThrow(
    '[SNAPSHOT_MISMATCH] checkpoint 1 is in format 2, and this version reads formats up to 1. Run the version of tidemark',
  )
})

test('a run goes on from state of format 1: cells of all kinds, and timers', async () => {
  const store = await storeOf(STATEFUL_1)
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
