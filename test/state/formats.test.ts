import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { manifestKey } from '../../src/state/checkpointKeys.ts'
import { openCheckpointLog } from '../../src/state/checkpointLog.ts'
import { CHECKPOINT_FORMAT, encodeManifest } from '../../src/state/checkpointManifest.ts'
import { openCheckpointReader } from '../../src/state/checkpointReader.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'
import { changed, contents, draft } from './support/drafts.ts'

/** All entries of a store as base64, key and value: written once by the version that had the format, and kept. */
const FORMAT_1 = new URL('./fixtures/checkpoints-1.json', import.meta.url)

test('checkpoints of format 1 are read, and gone on from', async () => {
  const connection = await memoryStore().open()
  const entries = JSON.parse(readFileSync(FORMAT_1, 'utf8')) as [string, string][]
  await connection.commit(entries.map(([key, value]) => ({ key: bytes(key), value: bytes(value) })))
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

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'))
}
