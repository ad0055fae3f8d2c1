import { readdir, readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { vegaData } from '../../examples/vegaData.ts'
import {
  afterCount,
  aggregateGlobally,
  count,
  map,
  pipeline,
  repeatedly,
  run,
  toArray,
  tumbling,
  windowInto,
  write,
} from '../../src/index.ts'
import { csvFile, ndjsonFile, writeNdjson } from '../../src/io/node.ts'
import { parquetFile } from '../../src/io/parquet.ts'
import { temporaryFolder } from './temporaryFolder.ts'

const folder = temporaryFolder()

/** What a failed run leaves of an output. */
async function leftOf(name: string): Promise<string[]> {
  return (await readdir(folder.path('.'))).filter((file) => file.startsWith(name))
}

test.each([
  ['an NDJSON file', () => ndjsonFile(folder.path('missing'))],
  ['a CSV file', () => csvFile(folder.path('missing'))],
  ['a Parquet file', () => parquetFile(folder.path('missing'))],
])('%s that is missing fails the run, which leaves no result behind', async (_, source) => {
  const p = pipeline('missing')
  p.read<unknown, true>(source()).pipe(write(writeNdjson(folder.path('a.ndjson'))))
  await expect(run(p.plan())).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  expect(await leftOf('a.')).toEqual([])
})

test('a Parquet file that was cut off fails the run before any row', async () => {
  const whole = await readFile(vegaData('flights-3m.parquet'))
  const path = await folder.file('cut.parquet', whole.subarray(0, 5_000_000))
  const p = pipeline('cut')
  p.read(parquetFile(path)).pipe(write(writeNdjson(folder.path('b.ndjson'))))
  await expect(run(p.plan())).rejects.toMatchObject({ code: 'FILE_TRUNCATED' })
  expect(await leftOf('b.')).toEqual([])
})

test('a malformed line stops the run with its place', async () => {
  const path = await folder.file('bad.ndjson', '1\n{\n3\n')
  const p = pipeline('bad')
  p.read(ndjsonFile(path), { name: 'lines' }).pipe(write(writeNdjson(folder.path('c.ndjson'))))
  await expect(run(p.plan())).rejects.toThrow(`[INVALID_RECORD] step "lines": the record at ${path}, line 2`)
  expect(await leftOf('c.')).toEqual([])
})

test('a malformed line goes to the failed output where the read says so, and nothing is lost', async () => {
  const path = await folder.file('mixed.ndjson', '1\n{\n3\n')
  const [good, bad]: [unknown[], unknown[]] = [[], []]
  const p = pipeline('mixed')
  const read = p.read(ndjsonFile(path), { onError: 'output' })
  read.pipe(write(toArray(good)))
  read.failed.pipe(
    map((failed) => [failed.element, failed.place]),
    write(toArray(bad)),
  )
  const summary = await run(p.plan())
  expect(good).toEqual([1, 3])
  expect(bad).toEqual([['{', `${path}, line 2`]])
  expect(summary.reads[0]).toMatchObject({ rows: 2, failed: 1 })
})

test('code that throws leaves the older result as it was', async () => {
  const path = await folder.file('numbers.ndjson', '1\n2\n')
  const out = await folder.file('d.ndjson', 'older\n')
  const p = pipeline('throws')
  p.read(ndjsonFile<number>(path)).pipe(
    map((n) => {
      if (n === 2) throw new Error('two')
      return n
    }),
    write(writeNdjson(out)),
  )
  await expect(run(p.plan())).rejects.toMatchObject({ code: 'USER_CODE_FAILED' })
  expect(await readFile(out, 'utf8')).toBe('older\n')
  expect(await leftOf('d.')).toEqual(['d.ndjson'])
})

test('an aborted run leaves nothing behind', async () => {
  await writeFile(folder.path('many.ndjson'), '1\n'.repeat(200_000))
  const abort = new AbortController()
  const p = pipeline('aborted')
  p.read(ndjsonFile(folder.path('many.ndjson'))).pipe(write(writeNdjson(folder.path('e.ndjson'))))
  const done = run(p.plan(), { signal: abort.signal, onProgress: () => abort.abort() })
  await expect(done).rejects.toMatchObject({ code: 'ABORTED' })
  expect(await leftOf('e.')).toEqual([])
})

test('retracting panes are refused by a file that does not mark them', () => {
  const build = (retractions: boolean) => {
    const p = pipeline('retracting')
    p.read(ndjsonFile<{ at: number }>('unread'), { timestamp: (row) => row.at }).pipe(
      windowInto(tumbling(10), { trigger: repeatedly(afterCount(1)), panes: 'retracting' }),
      aggregateGlobally({ rows: count() }),
      write(writeNdjson('unwritten', { retractions })),
    )
    return p.plan()
  }
  expect(() => build(false)).toThrow('[RETRACTIONS_REFUSED]')
  expect(() => build(true)).not.toThrow()
})
