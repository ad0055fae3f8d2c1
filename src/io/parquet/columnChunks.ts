/** The decoded columns of one row group at a time. */
import type { FileMetaData, ParquetParsers, SchemaElement } from 'hyparquet'
import { isDataflowError } from '../../core/errors.ts'
import { type OpenParquet, unreadable } from './openParquet.ts'
import type { ColumnPiece } from './rowMaker.ts'

export interface ColumnChunks {
  /** One piece per column, all of which hold the rows from `row` to `to`; undefined when `row` is not loaded. */
  at(row: number): { readonly pieces: readonly ColumnPiece[]; readonly to: number } | undefined
  /** Decodes the row group of `row`, from `row` on and up to `end`, in place of the one before. */
  load(row: number, end: number): Promise<void>
}

export function columnChunks(file: OpenParquet, fields: readonly string[]): ColumnChunks {
  const metadata = withPlainNumbers(file.metadata)
  let columns: ColumnPiece[][] = []
  const at: ColumnChunks['at'] = (row) => {
    const pieces: ColumnPiece[] = []
    for (const column of columns) {
      const piece = column.find((candidate) => row < candidate.to)
      if (piece === undefined || row < piece.from) return undefined
      pieces.push(piece)
    }
    return pieces.length === 0 ? undefined : { pieces, to: Math.min(...pieces.map((piece) => piece.to)) }
  }
  return {
    at,
    async load(row, end) {
      const loaded = new Map(fields.map((field) => [field, [] as ColumnPiece[]]))
      // The old group may be freed while the next one is decoded.
      columns = []
      await file.decoder
        .parquetRead({
          file: file.buffer,
          metadata,
          columns: [...fields],
          compressors: file.decoder.compressors,
          parsers: PARSERS,
          rowStart: row,
          rowEnd: Math.min(end, groupEnd(metadata, row)),
          onChunk(chunk) {
            loaded.get(chunk.columnName)?.push({ values: chunk.columnData, from: chunk.rowStart, to: chunk.rowEnd })
          },
        })
        .catch((error: unknown) => {
          throw isDataflowError(error) ? error : unreadable(file.path, error)
        })
      columns = fields.map((field) => loaded.get(field) ?? [])
      if (at(row) === undefined) throw unreadable(file.path, new Error(`row ${row} is in no row group`))
    },
  }
}

function groupEnd(metadata: FileMetaData, row: number): number {
  let end = 0
  for (const group of metadata.row_groups) {
    end += Number(group.num_rows)
    if (row < end) return end
  }
  return end
}

/** Asked once per dictionary entry where a column has a dictionary, else once per row. */
const PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: safeNumber,
  timestampFromMicroseconds: (micros) => floorDivide(micros, 1000),
  timestampFromNanoseconds: (nanos) => floorDivide(nanos, 1_000_000),
  dateFromDays: (days) => days * 86_400_000,
}

function safeNumber(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function floorDivide(value: bigint, by: number): number {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return Math.floor(number / by)
  const quotient = value / BigInt(by)
  return Number(value % BigInt(by) < 0n ? quotient - 1n : quotient)
}

/**
 * Plain 64-bit integers are declared millisecond timestamps, so that the decoder gives numbers through `safeNumber`
 * already in its dictionaries: a bigint per row costs more than the row.
 */
function withPlainNumbers(metadata: FileMetaData): FileMetaData {
  const plain = (element: SchemaElement): SchemaElement =>
    element.type === 'INT64' && (element.converted_type ?? 'INT_64') === 'INT_64' && isPlain(element)
      ? { ...element, converted_type: 'TIMESTAMP_MILLIS' }
      : element
  return { ...metadata, schema: metadata.schema.map(plain) }
}

function isPlain({ logical_type: logical }: SchemaElement): boolean {
  return logical === undefined || (logical.type === 'INTEGER' && logical.isSigned)
}
