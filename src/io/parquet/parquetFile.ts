import type { StandardSchemaV1 } from '@standard-schema/spec'
import { DataflowError, showValue } from '../../core/errors.ts'
import type { ReadResult, Source, SplitReader } from '../../core/source.ts'
import { recordCollector } from '../recordCollector.ts'
import { type ColumnChunks, columnChunks } from './columnChunks.ts'
import { type OpenParquet, openParquet } from './openParquet.ts'
import { rowMaker } from './rowMaker.ts'

export interface ParquetFileOptions<T> {
  /** The columns to read, and the fields of each row; all when left out. Others are not read from the disk. */
  readonly columns?: readonly string[]
  /** Only the first rows of each file. */
  readonly limit?: number
  /** `file` (the default): one split per file, in file order. `rowGroup`: one split per row group. */
  readonly splits?: 'file' | 'rowGroup'
  /** Any Standard Schema: each row is what the schema makes of it. */
  readonly schema?: StandardSchemaV1<unknown, T>
}

/**
 * Rows of Parquet files as objects, through the optional packages hyparquet and hyparquet-compressors. One row group
 * is in memory at a time, with the columns asked for. Bounded, replayable; a position is a row's index in the file.
 *
 * Timestamps and dates come as milliseconds since the epoch, cut to whole ones. 64-bit integers come as numbers, and as
 * bigints only beyond the safe ones, so that no digit is lost. A row that the schema refuses is a failed record.
 *
 *     pipeline('flights').read(parquetFile<Flight>('flights.parquet', { columns: ['date', 'delay', 'origin'] }), ...)
 *
 * A run fails before any row is read with FILE_NOT_FOUND, FILE_TRUNCATED (footer or data missing), SOURCE_FAILED (no
 * Parquet file), INVALID_ARGUMENT (no such column), UNMET_REQUIREMENT (hyparquet is not installed).
 */
export function parquetFile<T = Record<string, unknown>>(
  path: string | readonly string[],
  options: ParquetFileOptions<T> = {},
): Source<T> & { readonly bounded: true } {
  const paths = typeof path === 'string' ? [path] : path
  const { splits: by = 'file', limit = Number.POSITIVE_INFINITY } = options
  if (limit !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(limit) && limit >= 0)) {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `parquetFile: limit is ${showValue(limit)}, but must be a whole number >= 0.`,
      remedy: 'Leave it out to read all rows.',
    })
  }
  return {
    spec: { kind: 'parquetFile', paths, columns: options.columns ?? null, splits: by, limit: options.limit ?? null },
    bounded: true,
    replayable: true,
    async size() {
      const counts = await Promise.all(paths.map((file) => inspect(file, (open) => rowsOf(open, limit))))
      return counts.reduce((sum, rows) => sum + rows, 0)
    },
    async splits() {
      const ranges = await Promise.all(
        paths.map((file) => inspect(file, (open) => rangesOf(open, by, limit, options.columns))),
      )
      return ranges.flat().map((range) => ({
        id: by === 'file' ? range.path : `${range.path}@${range.from}`,
        restriction: { path: range.path, from: range.from, to: range.to },
      }))
    },
    async open(split, position) {
      // Restrictions are the JSON that this source made itself.
      const range = split.restriction as unknown as RowRange
      const file = await openParquet(range.path)
      const fields = fieldsOf(file, options.columns)
      const start = typeof position === 'number' ? position : range.from
      return rowReader(file, columnChunks(file, fields), fields, options.schema, start, range.to)
    },
  }
}

/** Rows [from, to) of a file. */
interface RowRange {
  readonly path: string
  readonly from: number
  readonly to: number
}

function rowReader<T>(
  file: OpenParquet,
  chunks: ColumnChunks,
  fields: readonly string[],
  schema: StandardSchemaV1<unknown, T> | undefined,
  start: number,
  end: number,
): SplitReader<T> {
  const make = rowMaker(fields)
  let row = start
  let isOpen = true

  const take = (limit: number): unknown[] => {
    const rows: unknown[] = []
    for (let wanted = Math.min(limit, end - row); wanted > 0; ) {
      const run = chunks.at(row)
      const count = Math.min(wanted, run === undefined ? 0 : run.to - row)
      if (run === undefined || count === 0) break
      make(rows, run.pieces, row, count)
      row += count
      wanted -= count
    }
    return rows
  }

  const read = (limit: number): ReadResult<T> | Promise<ReadResult<T>> => {
    const first = row
    const rows = take(limit)
    if (rows.length === 0 && row < end) return chunks.load(row, end).then(() => read(limit))
    const status = row < end ? 'more' : 'end'
    // Without a schema the author's type parameter is all that is known of a row.
    if (schema === undefined) return { values: rows as T[], status }
    const records = recordCollector(schema, (at) => `${file.path}, row ${at}`)
    rows.forEach((value, offset) => {
      records.add(value, value, first + offset)
    })
    return records.finish(status)
  }
  return {
    read,
    position: () => row,
    async close() {
      if (isOpen) await file.close()
      isOpen = false
    },
  }
}

async function inspect<R>(path: string, look: (file: OpenParquet) => R): Promise<R> {
  const file = await openParquet(path)
  try {
    return look(file)
  } finally {
    await file.close()
  }
}

function rowsOf(file: OpenParquet, limit: number): number {
  return Math.min(Number(file.metadata.num_rows), limit)
}

function rangesOf(
  file: OpenParquet,
  by: 'file' | 'rowGroup',
  limit: number,
  columns: readonly string[] | undefined,
): RowRange[] {
  fieldsOf(file, columns)
  const rows = rowsOf(file, limit)
  if (by === 'file') return [{ path: file.path, from: 0, to: rows }]
  let from = 0
  const ranges = file.metadata.row_groups.map((group) => {
    const range = { path: file.path, from, to: Math.min(rows, from + Number(group.num_rows)) }
    from = range.to
    return range
  })
  return ranges.filter((range) => range.from < range.to)
}

/** The fields of each row; INVALID_ARGUMENT when the file has no column of that name. */
function fieldsOf(file: OpenParquet, columns: readonly string[] | undefined): readonly string[] {
  const present = topLevelColumns(file)
  const unknown = columns?.filter((column) => !present.includes(column)) ?? []
  if (unknown.length === 0) return columns ?? present
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `${file.path} has no column ${unknown.map(showValue).join(', ')}.`,
    remedy: `Its columns are ${present.join(', ')}.`,
  })
}

/** The schema is a tree in preorder: a column is a child of the root, and its own children follow it. */
function topLevelColumns(file: OpenParquet): readonly string[] {
  const { schema } = file.metadata
  const names: string[] = []
  const skip = (index: number): number => {
    let next = index + 1
    for (let child = 0; child < (schema[index]?.num_children ?? 0); child += 1) next = skip(next)
    return next
  }
  for (let index = 1; index < schema.length; index = skip(index)) names.push(schema[index]?.name ?? '')
  return names
}
