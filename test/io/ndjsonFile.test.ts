import { appendFile, truncate } from 'node:fs/promises'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expect, test } from 'vitest'
import { ndjsonFile, textFile } from '../../src/io/node.ts'
import { brokenLaws } from './brokenLaws.ts'
import { readSplit } from './readSplit.ts'
import { temporaryFolder } from './temporaryFolder.ts'

const folder = temporaryFolder()

/** Accepts objects with a number `n`; `validate` may be slow. */
function numbered(later = false): StandardSchemaV1<unknown, { n: number }> {
  const check = (value: unknown): StandardSchemaV1.Result<{ n: number }> => {
    const n = (value as { n: unknown }).n
    return typeof n === 'number' ? { value: { n } } : { issues: [{ message: 'is no number', path: ['n'] }] }
  }
  return {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => (later ? Promise.resolve(value).then(check) : check(value)),
    },
  }
}

test('reads one JSON text per line, with either line end, blank lines, and no line end at the end', async () => {
  const path = await folder.file('lines.ndjson', '{"n":1}\r\n\n{"n":2}\n  \n[3]')
  expect((await readSplit(ndjsonFile(path))).values).toEqual([{ n: 1 }, { n: 2 }, [3]])
})

test('an empty file, a file of one line end, and a file of one mark hold no records', async () => {
  for (const content of ['', '\n', '\ufeff']) {
    const source = ndjsonFile(await folder.file('empty.ndjson', content))
    expect(await readSplit(source)).toMatchObject({ values: [], failures: [] })
    expect(await brokenLaws(() => source)).toEqual([])
  }
})

test('a byte order mark is no part of the first record', async () => {
  const path = await folder.file('bom.ndjson', '\ufeff1\n2')
  expect((await readSplit(ndjsonFile(path))).values).toEqual([1, 2])
})

test('brings a malformed line as a failure at its place, and reads on', async () => {
  const path = await folder.file('bad.ndjson', '1\n{"n":\n2\noops\n')
  const content = await readSplit(ndjsonFile(path))
  expect(content.values).toEqual([1, 2])
  expect(content.failures).toEqual([
    { at: 1, raw: '{"n":', place: `${path}, line 2` },
    { at: 2, raw: 'oops', place: `${path}, line 4` },
  ])
  expect(await brokenLaws(() => ndjsonFile(path))).toEqual([])
})

test('a schema makes the records, and what it refuses is a failure that says why', async () => {
  const path = await folder.file('typed.ndjson', '{"n":1,"x":0}\n{"n":"one"}\nnull\n{"n":2}\n')
  for (const schema of [numbered(), numbered(true)]) {
    const content = await readSplit(ndjsonFile(path, { schema }), 0, undefined, 10)
    expect(content.values).toEqual([{ n: 1 }, { n: 2 }])
    expect(content.failures.map(({ at, raw }) => [at, raw])).toEqual([
      [1, '{"n":"one"}'],
      [1, 'null'],
    ])
    expect(content.errors[0]).toBe('n: is no number')
    expect(await brokenLaws(() => ndjsonFile(path, { schema }))).toEqual([])
  }
})

test('a position is the byte and number of the next line, and resuming there gives the rest', async () => {
  const path = await folder.file('resume.ndjson', '"é"\r\n"b"\n"c"')
  const source = ndjsonFile(path)
  const reader = await source.open({ id: path, restriction: { path, from: 0, to: null } }, undefined)
  await reader.read(1)
  expect(reader.position()).toEqual({ offset: 6, line: 2 })
  await reader.close()
  expect((await readSplit(source, 0, { offset: 6, line: 2 })).values).toEqual(['b', 'c'])
  expect(await brokenLaws(() => source)).toEqual([])
})

test('characters and line ends survive where two chunks of the file meet', async () => {
  // Three bytes per character and an odd prefix: a chunk of 1 MiB ends inside of a character.
  const long = '€'.repeat(400_000)
  const path = await folder.file('chunks.ndjson', `"a"\n"${long}"\r\n"b€"\n"${long}"\n"c"`)
  expect((await readSplit(ndjsonFile(path))).values).toEqual(['a', long, 'b€', long, 'c'])
})

test('lines around the end of a chunk are cut exactly, wherever the line end falls', async () => {
  for (const length of [1048570, 1048571, 1048572, 1048573, 1048574]) {
    const path = await folder.file('edge.txt', `${'x'.repeat(length)}\r\nab\r\ncd`)
    expect((await readSplit(textFile(path))).values.map((line) => line.length)).toEqual([length, 2, 2])
  }
})

test('several splits of one file share its lines out, none twice and none left out', async () => {
  const lines = Array.from({ length: 40 }, (_, n) => 'é'.repeat(n % 7) + n)
  const path = await folder.file('splits.txt', `${lines.join('\n')}\n`)
  for (const splitsPerFile of [1, 2, 3, 10, 100, 500]) {
    const source = textFile(path, { splitsPerFile })
    const parts = await Promise.all((await source.splits()).map((_, index) => readSplit(source, index)))
    expect(parts.flatMap((part) => part.values)).toEqual(lines)
  }
  expect(await brokenLaws(() => textFile(path, { splitsPerFile: 3 }))).toEqual([])
})

test('each file is a split of its own', async () => {
  const paths = [await folder.file('one.ndjson', '1'), await folder.file('two.ndjson', '2')]
  const source = ndjsonFile<number>(paths)
  expect((await source.splits()).map((split) => split.id)).toEqual(paths)
  expect((await readSplit(source, 1)).values).toEqual([2])
})

test('a missing file fails before anything is read', async () => {
  const paths = [await folder.file('there.ndjson', '1'), folder.path('missing.ndjson')]
  await expect(ndjsonFile(paths).splits()).rejects.toThrow(`[FILE_NOT_FOUND] ${paths[1]} does not exist.`)
})

test('a folder is no file', async () => {
  await expect(ndjsonFile(folder.path('.')).splits()).rejects.toThrow('[SOURCE_FAILED]')
})

test('a file shorter than the position at which reading should go on is truncated', async () => {
  const path = await folder.file('shrinks.ndjson', '1\n2\n3\n')
  const { position } = await readSplit(ndjsonFile(path))
  await truncate(path, 3)
  await expect(readSplit(ndjsonFile(path), 0, position)).rejects.toThrow('[FILE_TRUNCATED]')
})

test('lines appended to a file are read from its old end on', async () => {
  const path = await folder.file('grows.ndjson', '1\n2\n')
  const { position } = await readSplit(ndjsonFile(path))
  await appendFile(path, '3\n')
  expect((await readSplit(ndjsonFile(path), 0, position)).values).toEqual([3])
})

test('a line without end fails instead of filling the memory', async () => {
  const path = await folder.file('long.txt', 'x'.repeat(3_000_000))
  await expect(readSplit(textFile(path, { maxLineBytes: 1_000_000 }))).rejects.toThrow(
    `[SOURCE_FAILED] ${path}: the line at byte 0 is longer than 1000000 bytes.`,
  )
})

test('options that make no sense are refused when the source is made', () => {
  expect(() => textFile('x', { splitsPerFile: 0 })).toThrow('[INVALID_ARGUMENT] textFile: splitsPerFile is 0')
  expect(() => textFile('x', { maxLineBytes: 1.5 })).toThrow('[INVALID_ARGUMENT]')
})
