import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { SinkRow } from '../../src/core/sink.ts'
import { consoleTable } from '../../src/io/consoleTable.ts'
import { forEach } from '../../src/io/forEach.ts'
import { writeNdjson } from '../../src/io/node.ts'
import { collectTo, toArray } from '../../src/io/toArray.ts'
import { temporaryFolder } from './temporaryFolder.ts'

const folder = temporaryFolder()

function row<T>(value: T, more: Partial<SinkRow<T>> = {}): SinkRow<T> {
  return { value, timestamp: 0, key: undefined, window: undefined, pane: undefined, retraction: false, ...more }
}

test('an array gets its values when the run commits, and none when it aborts', async () => {
  const out = ['before']
  const writer = await toArray(out).open()
  await writer.write([row('a'), row('b')])
  expect(out).toEqual(['before'])
  await writer.commit()
  expect(out).toEqual(['before', 'a', 'b'])
  const aborted = await toArray(out).open()
  await aborted.write([row('c')])
  await aborted.abort()
  expect(out).toEqual(['before', 'a', 'b'])
})

test('collectTo keeps whole rows and accepts retractions, toArray does not', async () => {
  const rows: SinkRow<number>[] = []
  const writer = await collectTo(rows).open()
  await writer.write([row(1, { key: 'k', retraction: true })])
  await writer.commit()
  expect(rows).toEqual([row(1, { key: 'k', retraction: true })])
  expect(collectTo([]).acceptsRetractions).toBe(true)
  expect(toArray([]).acceptsRetractions).toBe(false)
})

test('forEach calls in order and waits for promises', async () => {
  const calls: string[] = []
  const writer = await forEach<number>(({ value }) => {
    calls.push(`start ${value}`)
    return value === 1 ? undefined : Promise.resolve().then(() => void calls.push(`end ${value}`))
  }).open()
  await writer.write([row(1), row(2), row(3)])
  expect(calls).toEqual(['start 1', 'start 2', 'end 2', 'start 3', 'end 3'])
  expect(forEach(() => {}).spec).toEqual({ kind: 'forEach', delivery: 'at-least-once' })
})

test('forEach stays synchronous where its function does', async () => {
  const seen: number[] = []
  const writer = await forEach<number>(({ value }) => void seen.push(value)).open()
  expect(writer.write([row(1), row(2)])).toBeUndefined()
  expect(seen).toEqual([1, 2])
})

test('an NDJSON file appears whole at commit and under no other name', async () => {
  const path = folder.path('out.ndjson')
  const writer = await writeNdjson(path).open()
  await writer.write([row({ n: 1 }), row('é')])
  expect((await readdir(folder.path('.'))).includes('out.ndjson')).toBe(false)
  await writer.write([row(null)])
  await writer.commit()
  expect(await readFile(path, 'utf8')).toBe('{"n":1}\n"é"\nnull\n')
  expect(await readdir(folder.path('.'))).toEqual(['out.ndjson'])
})

test('an aborted NDJSON file leaves the older one as it was, and nothing else', async () => {
  const path = await folder.file('kept.ndjson', 'old\n')
  const writer = await writeNdjson(path).open()
  await writer.write([row('x'.repeat(600_000))])
  await writer.abort()
  await writer.abort()
  expect(await readFile(path, 'utf8')).toBe('old\n')
  expect((await readdir(folder.path('.'))).filter((name) => name.startsWith('kept'))).toEqual(['kept.ndjson'])
})

test('large outputs are written in full, in order', async () => {
  const path = folder.path('large.ndjson')
  const writer = await writeNdjson<number>(path).open()
  for (let n = 0; n < 200_000; n += 1000) {
    await writer.write(Array.from({ length: 1000 }, (_, i) => row(n + i)))
  }
  await writer.commit()
  const lines = (await readFile(path, 'utf8')).split('\n')
  expect(lines).toHaveLength(200_001)
  expect(lines.every((line, n) => line === (n === 200_000 ? '' : String(n)))).toBe(true)
})

test('encode chooses what is written, and retractions are marked only where asked for', async () => {
  const encode = ({ key, value }: SinkRow<number>) => ({ key, value })
  const plain = writeNdjson<number>(folder.path('plain.ndjson'), { encode })
  const marked = writeNdjson<number>(folder.path('marked.ndjson'), { encode, retractions: true })
  expect([plain.acceptsRetractions, marked.acceptsRetractions]).toEqual([false, true])
  for (const sink of [plain, marked]) {
    const writer = await sink.open()
    await writer.write([row(1, { key: 'k' })])
    await writer.commit()
  }
  expect(await readFile(folder.path('plain.ndjson'), 'utf8')).toBe('{"key":"k","value":1}\n')
  expect(await readFile(folder.path('marked.ndjson'), 'utf8')).toBe(
    '{"retraction":false,"value":{"key":"k","value":1}}\n',
  )
})

test('a value that JSON cannot carry fails with its text', async () => {
  const writer = await writeNdjson(folder.path('bad.ndjson')).open()
  expect(() => writer.write([row(1n)])).toThrow('[NOT_ENCODABLE] JSON cannot carry 1n')
  expect(() => writer.write([row(undefined)])).toThrow('[NOT_ENCODABLE] JSON cannot carry undefined')
  // JSON would write these as {}.
  for (const value of [new Map([[1, 2]]), { pages: new Set(['a']) }, [Promise.resolve(1)]]) {
    expect(() => writer.write([row(value)])).toThrow('[NOT_ENCODABLE]')
  }
  await writer.write([row({}), row({ empty: {}, at: new Date(0) })])
  await writer.abort()
})

test('a folder that does not exist is named before anything is written', async () => {
  const path = folder.path('no/such/out.ndjson')
  await expect(writeNdjson(path).open()).rejects.toThrow(`[FILE_NOT_FOUND] cannot create ${path}`)
})

test('a table is printed at commit: numbers to the right, columns in order of appearance', async () => {
  const printed: string[] = []
  const writer = await consoleTable<unknown>({ print: (table) => printed.push(table) }).open()
  await writer.write([row({ city: 'Köln', n: 5 }), row({ n: 12.5, city: 'Ulm', note: [1] })])
  expect(printed).toEqual([])
  await writer.commit()
  expect(printed[0]?.split('\n')).toEqual(['city     n  note', '────  ────  ────', 'Köln     5', 'Ulm   12.5  [1]'])
})

test('a table of retractions says what was added and what withdrawn', async () => {
  const printed: string[] = []
  const sink = consoleTable<number>({ retractions: true, print: (table) => printed.push(table) })
  const writer = await sink.open()
  await writer.write([row(1), row(1, { retraction: true }), row(2)])
  await writer.commit()
  expect(sink.acceptsRetractions).toBe(true)
  expect(printed[0]?.split('\n')).toEqual(['±  value', '─  ─────', '+      1', '-      1', '+      2'])
})
