import { readFile, writeFile } from 'node:fs/promises'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { generatedRowMaker, loopRowMaker } from '../../src/io/parquet/rowMaker.ts'
import { parquetFile } from '../../src/io/parquet.ts'
import { brokenLaws } from './brokenLaws.ts'
import { readSplit } from './readSplit.ts'
import { temporaryFolder } from './temporaryFolder.ts'

const folder = temporaryFolder()

function parquet(name: string, columnData: ColumnSource[], rowGroupSize = 4): Promise<string> {
  return folder.file(name, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize })))
}

const people = (): Promise<string> =>
  parquet('people.parquet', [
    { name: 'name', data: ['Ada', 'Bo', 'Cy', 'Di', 'Ed', 'Flo', 'Gus', 'Hal', 'Ivy'], type: 'STRING' },
    { name: 'age', data: [31n, 32n, 33n, 34n, 35n, 36n, 37n, 38n, 39n], type: 'INT64' },
    { name: 'tall', data: [true, false, true, false, true, false, true, false, true], type: 'BOOLEAN' },
  ])

test('reads rows as objects of the columns asked for, in file order, over all row groups', async () => {
  const source = parquetFile(await people(), { columns: ['age', 'name'] })
  const { values } = await readSplit(source)
  expect(values[0]).toEqual({ age: 31, name: 'Ada' })
  expect(values.map((row) => row.age)).toEqual([31, 32, 33, 34, 35, 36, 37, 38, 39])
  expect(await source.size?.()).toBe(9)
})

test('reads all columns when none are named', async () => {
  const { values } = await readSplit(parquetFile(await people()))
  expect(values[8]).toEqual({ name: 'Ivy', age: 39, tall: true })
})

test('keeps the laws of sources, whole and split by row group', async () => {
  const path = await people()
  expect(await brokenLaws(() => parquetFile(path))).toEqual([])
  expect(await brokenLaws(() => parquetFile(path, { splits: 'rowGroup' }))).toEqual([])
  expect((await parquetFile(path, { splits: 'rowGroup' }).splits()).map((split) => split.restriction)).toEqual([
    { path, from: 0, to: 4 },
    { path, from: 4, to: 8 },
    { path, from: 8, to: 9 },
  ])
})

test('a limit reads the first rows only', async () => {
  const path = await people()
  for (const splits of ['file', 'rowGroup'] as const) {
    const source = parquetFile(path, { columns: ['age'], limit: 6, splits })
    expect(await source.size?.()).toBe(6)
    expect(await brokenLaws(() => source)).toEqual([])
    const parts = await Promise.all((await source.splits()).map((_, index) => readSplit(source, index)))
    expect(parts.flatMap((part) => part.values.map((row) => row.age))).toEqual([31, 32, 33, 34, 35, 36])
  }
  expect(() => parquetFile(path, { limit: -1 })).toThrow('[INVALID_ARGUMENT]')
})

test('a position is a row index, and resuming there gives the rest', async () => {
  const rest = await readSplit(parquetFile(await people(), { columns: ['name'] }), 0, 5)
  expect(rest.values.map((row) => row.name)).toEqual(['Flo', 'Gus', 'Hal', 'Ivy'])
  expect(rest.position).toBe(9)
})

test('pages that end at different rows in different columns are joined row by row', async () => {
  const numbers = Array.from({ length: 3000 }, (_, i) => BigInt(i))
  const texts = numbers.map((n) => `${n}${'-'.repeat(Number(n % 50n))}`)
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'n', data: numbers, type: 'INT64', encoding: 'PLAIN' },
      { name: 'text', data: texts, type: 'STRING', encoding: 'PLAIN' },
    ],
    pageSize: 1000,
    rowGroupSize: 2000,
  })
  const source = parquetFile(await folder.file('pages.parquet', new Uint8Array(buffer)))
  const { values } = await readSplit(source, 0, undefined, 700)
  expect(values.map((row) => row.n)).toEqual(numbers.map(Number))
  expect(values.map((row) => row.text)).toEqual(texts)
})

test('timestamps and dates are milliseconds, cut to whole ones also before 1970', async () => {
  const int64 = (name: string, unit: 'MICROS' | 'NANOS') =>
    ({ name, type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit } }) as const
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'millis', data: [new Date(1), new Date(-1)] },
      { name: 'micros', data: [1_999n, -1n] },
      { name: 'nanos', data: [2n ** 60n, -1n] },
      { name: 'day', data: [1, -1] },
    ],
    schema: [
      { name: 'root', num_children: 4 },
      { name: 'millis', type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
      int64('micros', 'MICROS'),
      int64('nanos', 'NANOS'),
      { name: 'day', type: 'INT32', converted_type: 'DATE' },
    ],
  })
  const { values } = await readSplit(parquetFile(await folder.file('times.parquet', new Uint8Array(buffer))))
  expect(values).toEqual([
    { millis: 1, micros: 1, nanos: 1152921504606, day: 86_400_000 },
    { millis: -1, micros: -1, nanos: -1, day: -86_400_000 },
  ])
})

test('64-bit integers are numbers while safe and bigints beyond, so that no digit is lost', async () => {
  const data = [1n, BigInt(Number.MAX_SAFE_INTEGER), 2n ** 53n, -(2n ** 62n)]
  const { values } = await readSplit(parquetFile(await parquet('big.parquet', [{ name: 'n', data, type: 'INT64' }])))
  expect(values.map((row) => row.n)).toEqual([1, Number.MAX_SAFE_INTEGER, 2n ** 53n, -(2n ** 62n)])
})

test('missing values stay missing', async () => {
  const path = await parquet('nulls.parquet', [{ name: 'n', data: [1n, null, 3n], type: 'INT64' }])
  expect((await readSplit(parquetFile(path))).values.map((row) => row.n ?? null)).toEqual([1, null, 3])
})

test('a file without rows holds none', async () => {
  const path = await parquet('none.parquet', [{ name: 'n', data: [], type: 'INT64' }])
  expect((await readSplit(parquetFile(path))).values).toEqual([])
  expect(await brokenLaws(() => parquetFile(path))).toEqual([])
})

test('rows that a schema refuses are failures with their row', async () => {
  const schema: StandardSchemaV1<unknown, { age: number }> = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => {
        const { age } = value as { age: number }
        return age === 34 ? { issues: [{ message: 'is 34' }] } : { value: { age } }
      },
    },
  }
  const path = await people()
  const { values, failures } = await readSplit(parquetFile(path, { columns: ['age'], schema }), 0, undefined, 100)
  expect(values).toHaveLength(8)
  expect(failures).toEqual([{ at: 3, raw: { age: 34 }, place: `${path}, row 3` }])
  expect(await brokenLaws(() => parquetFile(path, { columns: ['age'], schema }))).toEqual([])
})

test('a missing file fails before anything is read', async () => {
  const path = folder.path('missing.parquet')
  await expect(parquetFile(path).splits()).rejects.toThrow(`[FILE_NOT_FOUND] ${path} does not exist.`)
})

test('a file without its end is truncated, and no row of it is used', async () => {
  const bytes = await readFile(await people())
  for (const length of [0, 3, 4, 11, 12, 200, bytes.length - 1]) {
    const path = folder.path('cut.parquet')
    await writeFile(path, bytes.subarray(0, length))
    await expect(parquetFile(path).splits()).rejects.toThrow('[FILE_TRUNCATED]')
  }
})

test('a file cut in the middle is truncated even if its footer was kept', async () => {
  const bytes = await readFile(await people())
  const footer = bytes.readUInt32LE(bytes.length - 8) + 8
  const path = await folder.file('hollow.parquet', Buffer.concat([bytes.subarray(0, 50), bytes.subarray(-footer)]))
  await expect(parquetFile(path).splits()).rejects.toThrow('[FILE_TRUNCATED]')
})

test('another kind of file, and damaged data, are named as such', async () => {
  const text = await folder.file('text.parquet', 'a,b\n1,2\n3,4\n5,6\n')
  await expect(parquetFile(text).splits()).rejects.toThrow('[SOURCE_FAILED]')
  const bytes = await readFile(await people())
  const path = await folder.file('damaged.parquet', bytes.fill(255, 4, 120))
  await expect(readSplit(parquetFile(path))).rejects.toThrow(`[SOURCE_FAILED] cannot read ${path}`)
})

test('a column that the file does not have is refused with the names that it has', async () => {
  await expect(parquetFile(await people(), { columns: ['size'] }).splits()).rejects.toThrow(
    /\[INVALID_ARGUMENT\].*no column "size".*name, age, tall/,
  )
})

test('generated rows equal those of the loop, whatever the fields are called', () => {
  const fields = ['a', 'b c', '"', '__proto__', 'constructor', '1', '\u2028']
  const pieces = fields.map((field, i) => ({
    values: [0, 1, 2, 3, 4].map((n) => `${field}${n}`),
    from: 10 - i,
    to: 20,
  }))
  const [generated, looped]: [unknown[], unknown[]] = [[], []]
  generatedRowMaker(fields)?.(generated, pieces, 10, 3)
  loopRowMaker(fields)(looped, pieces, 10, 3)
  expect(generated).toHaveLength(3)
  expect(generated).toEqual(looped)
  expect(Object.keys(generated[0] ?? {}).sort()).toEqual([...fields].sort())
})
