import { type FileHandle, mkdtemp, open as openFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Guarantee, SinkRow, SinkWriter } from '../../src/core/sink.ts'
import { writeNdjson } from '../../src/io/files/writeNdjson.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-'))
})
afterEach(() => rm(folder, { recursive: true }))

const row = (value: number): SinkRow<number> => ({
  value,
  timestamp: value,
  key: undefined,
  window: undefined,
  pane: undefined,
  retraction: false,
})

const open = async (prepared?: unknown, guarantee: Guarantee = 'exactly-once'): Promise<SinkWriter<number>> =>
  writeNdjson<number>(join(folder, 'out.ndjson')).open(prepared, guarantee)

/** A process that writes 1 and 2, prepares, writes 3 and 30,000 and is killed before it says more. */
async function killed(): Promise<unknown> {
  const writer = await open()
  await writer.write([row(1), row(2)])
  const prepared = await writer.prepare?.()
  await writer.write([row(3), row(30_000)])
  // What was written is on the disk, and then half a line.
  await writer.prepare?.()
  await writer.suspend?.()
  const [draft] = await readdir(folder)
  await writeFile(join(folder, draft ?? ''), '44', { flag: 'a' })
  return prepared
}

/** Drafts that nobody here has written. */
const ORPHAN = 'out.ndjson.6f1f6a0e-3d5c-4c55-9b0a-0a4f0e2f7f11.tmp'
const OTHER = 'other.ndjson.6f1f6a0e-3d5c-4c55-9b0a-0a4f0e2f7f11.tmp'

const content = (): Promise<string> => readFile(join(folder, 'out.ndjson'), 'utf8')

test('a resumed file goes on from what was prepared, and what came after is cut off', async () => {
  const writer = await open(await killed())
  await writer.write([row(3), row(4)])
  await writer.commit()
  expect(await content()).toBe('1\n2\n3\n4\n')
  expect(await readdir(folder)).toEqual(['out.ndjson'])
})

test('at least once, whole lines stay and are written again', async () => {
  const writer = await open(await killed(), 'at-least-once')
  await writer.write([row(3), row(4)])
  await writer.commit()
  expect(await content()).toBe('1\n2\n3\n30000\n3\n4\n')
})

test('drafts that no checkpoint knows are removed, other files are not', async () => {
  const prepared = await killed()
  await writeFile(join(folder, ORPHAN), 'old')
  await writeFile(join(folder, OTHER), 'mine')
  const writer = await open(prepared)
  await writer.commit()
  expect(await readdir(folder)).toEqual([OTHER, 'out.ndjson'])
})

test('a run that was killed before its first checkpoint leaves no draft once the next has begun', async () => {
  await killed()
  const writer = await open()
  await writer.commit()
  expect(await readdir(folder)).toEqual(['out.ndjson'])
})

test('a run without checkpoints leaves the drafts of others alone', async () => {
  await writeFile(join(folder, ORPHAN), 'of a run beside it')
  const writer = await writeNdjson<number>(join(folder, 'out.ndjson')).open()
  await writer.commit()
  expect(await readdir(folder)).toEqual(['out.ndjson', ORPHAN])
})

test('a file that was renamed before the crash is left as it is', async () => {
  const first = await open()
  await first.write([row(1)])
  const prepared = await first.prepare?.()
  await first.commit()
  const again = await open(prepared)
  await again.commit()
  expect(await content()).toBe('1\n')
})

test('a draft that is gone or shorter than the checkpoint says is an error that names it', async () => {
  const prepared = await killed()
  const [draft] = await readdir(folder)
  await writeFile(join(folder, draft ?? ''), '1')
  await expect(open(prepared)).rejects.toThrow(/SINK_FAILED.*counts on 4 bytes of .*\.tmp, but it has only 1/)
  await rm(join(folder, draft ?? ''))
  await expect(open(prepared)).rejects.toThrow(/SINK_FAILED.*counts on 4 bytes of .*\.tmp, but it is gone/)
})

test('a file whose name begins as another one does keeps its draft', async () => {
  const longer = await writeNdjson<number>(join(folder, 'out.ndjson.late')).open(undefined, 'exactly-once')
  const shorter = await open()
  await longer.write([row(1)])
  await shorter.commit()
  await longer.commit()
  expect((await readdir(folder)).sort()).toEqual(['out.ndjson', 'out.ndjson.late'])
})

/** Each sync of a file or folder by this process, with the bytes of the file by then, and each rename, in their order. */
async function syncs(work: () => Promise<unknown>): Promise<readonly string[]> {
  const log: string[] = []
  const some = await openFile(folder)
  const handles = Object.getPrototypeOf(some) as FileHandle
  await some.close()
  const { sync } = handles
  const spy = vi.spyOn(handles, 'sync').mockImplementation(async function (this: FileHandle) {
    const found = await this.stat()
    await sync.call(this)
    const renamed = (await readdir(folder)).includes('out.ndjson') ? ', the name is there' : ''
    log.push(found.isDirectory() ? `folder${renamed}` : `file of ${found.size}${renamed}`)
  })
  await work()
  spy.mockRestore()
  return log
}

test('what is prepared is on the disk before it is told, and the name comes after the bytes', async () => {
  const writer = await open()
  await writer.write([row(1), row(2)])
  expect(await syncs(async () => writer.prepare?.())).toEqual(['file of 4', 'folder'])
  await writer.write([row(3)])
  expect(await syncs(async () => writer.commit())).toEqual(['file of 6', 'folder', 'folder, the name is there'])
})
