import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expect, test } from 'vitest'
import { csvFile } from '../../src/io/node.ts'
import { brokenLaws } from './brokenLaws.ts'
import { readSplit } from './readSplit.ts'
import { temporaryFolder } from './temporaryFolder.ts'

const folder = temporaryFolder()

test('rows are objects of strings, named by the header', async () => {
  const path = await folder.file('plain.csv', 'a,b\r\n1,é\r\n\r\n"2","x, ""y""\nz"\r\n3,')
  expect((await readSplit(csvFile(path))).values).toEqual([
    { a: '1', b: 'é' },
    { a: '2', b: 'x, "y"\nz' },
    { a: '3', b: '' },
  ])
  expect(await brokenLaws(() => csvFile(path))).toEqual([])
})

test('columns name the fields of a file without header, and the delimiter may be another', async () => {
  const path = await folder.file('bare.csv', '1;2\n3;4\n')
  const source = csvFile(path, { columns: ['x', 'y'], delimiter: ';' })
  expect((await readSplit(source)).values).toEqual([
    { x: '1', y: '2' },
    { x: '3', y: '4' },
  ])
  expect(await brokenLaws(() => source)).toEqual([])
})

test('a byte order mark is no part of the header', async () => {
  const path = await folder.file('bom.csv', '\ufeffa\n1\n')
  expect((await readSplit(csvFile(path))).values).toEqual([{ a: '1' }])
})

test('malformed rows are failures at their places, and reading goes on', async () => {
  const path = await folder.file('bad.csv', 'a,b\n1,2\n3\n4,5,6\n7,8"9\n10,11\n"12,13\n')
  const { values, failures, errors } = await readSplit(csvFile(path), 0, undefined, 100)
  expect(values).toEqual([
    { a: '1', b: '2' },
    { a: '10', b: '11' },
  ])
  expect(failures.map(({ at, raw }) => [at, raw])).toEqual([
    [1, '3\n'],
    [1, '4,5,6\n'],
    [1, expect.stringContaining('7,8"')],
    [2, expect.stringContaining('"12,13')],
  ])
  expect(failures[0]?.place).toBe(`${path}, line 3`)
  expect(errors[0]).toContain('columns length is 2, got 1')
  expect(await brokenLaws(() => csvFile(path))).toEqual([])
})

test('bad rows before the first good one are brought once, also after resuming there', async () => {
  const path = await folder.file('badFirst.csv', 'a,b\n1\n2\n3,4\n')
  expect((await readSplit(csvFile(path))).failures.map(({ raw }) => raw)).toEqual(['1\n', '2\n'])
  expect(await brokenLaws(() => csvFile(path))).toEqual([])
})

test('rows are whole where two chunks of the file meet', async () => {
  const text = Array.from({ length: 30_000 }, (_, i) => `${i},"${'€'.repeat(i % 9)}\n"`).join('\r\n')
  const path = await folder.file('chunks.csv', `n,text\r\n${text}`)
  const { values, failures } = await readSplit(csvFile(path), 0, undefined, 1000)
  expect(failures).toEqual([])
  expect(values).toHaveLength(30_000)
  expect(values.every((row, i) => row.n === String(i) && row.text === `${'€'.repeat(i % 9)}\n`)).toBe(true)
  const middle = await readSplit(csvFile(path), 0, undefined, 7)
  expect(middle.values).toEqual(values)
})

test('a schema makes numbers of the strings', async () => {
  const schema: StandardSchemaV1<unknown, number> = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (row) => {
        const n = Number((row as { n: string }).n)
        return Number.isNaN(n) ? { issues: [{ message: 'is no number' }] } : { value: n }
      },
    },
  }
  const path = await folder.file('numbers.csv', 'n\n1\nx\n2\n')
  const { values, failures } = await readSplit(csvFile(path, { schema }))
  expect(values).toEqual([1, 2])
  expect(failures).toEqual([{ at: 1, raw: { n: 'x' }, place: `${path}, line 3` }])
})

test('a header that names two fields alike is refused, because one would be lost', async () => {
  const path = await folder.file('double.csv', 'a,a\n1,2\n')
  await expect(readSplit(csvFile(path))).rejects.toThrow('the header names two fields "a"')
})

test('an empty file and a header alone hold no rows', async () => {
  for (const content of ['', 'a,b\n', 'a,b']) {
    const path = await folder.file('empty.csv', content)
    expect(await readSplit(csvFile(path))).toMatchObject({ values: [], failures: [] })
    expect(await brokenLaws(() => csvFile(path))).toEqual([])
  }
})

test('a missing file fails before anything is read', async () => {
  await expect(csvFile(folder.path('missing.csv')).splits()).rejects.toThrow('[FILE_NOT_FOUND]')
})
