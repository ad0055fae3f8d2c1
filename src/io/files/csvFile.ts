import type { FileHandle } from 'node:fs/promises'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Json } from '../../core/json.ts'
import type { BoundedSource, ReadResult, SplitReader } from '../../core/source.ts'
import { recordCollector } from '../recordCollector.ts'
import { type CsvItem, csvParser } from './csvParser.ts'
import { cannotRead, fileSizes, openFile } from './openFile.ts'

export interface CsvFileOptions<T> {
  /** Any Standard Schema: each record is what the schema makes of the strings. */
  readonly schema?: StandardSchemaV1<unknown, T>
  /** The fields' names, for files without a header line; otherwise the first line names them. */
  readonly columns?: readonly string[]
  /** The character between fields; a comma when left out. */
  readonly delimiter?: string
}

/**
 * Rows of CSV files as objects of strings by column name, streamed through the optional package csv-parse. A row that
 * is not well-formed (a stray quote, a wrong number of fields) or that the schema refuses is a failed record: the run
 * stops, or sends it to `failed`, as the read declares. Empty lines hold no record. Bounded, replayable, one split per
 * file.
 *
 *     pipeline('airports').read(csvFile('airports.csv', { schema: Airport }))
 *
 * A run fails with FILE_NOT_FOUND before anything is read, FILE_TRUNCATED when a file has become shorter than the
 * position at which reading should go on, UNMET_REQUIREMENT when csv-parse is not installed.
 */
export function csvFile<T = Record<string, string>>(
  path: string | readonly string[],
  options: CsvFileOptions<T> = {},
): BoundedSource<T> {
  const paths = typeof path === 'string' ? [path] : path
  return {
    spec: { kind: 'csvFile', paths, columns: options.columns ?? null, delimiter: options.delimiter ?? ',' },
    bounded: true,
    replayable: true,
    async splits() {
      await fileSizes(paths)
      return paths.map((file) => ({ id: file, restriction: file }))
    },
    async open(split, position) {
      // Restrictions and positions are the JSON that this source made itself.
      const file = split.restriction as string
      const start = (position ?? undefined) as CsvPosition | undefined
      return csvReader(file, await openFile(file, start?.offset ?? 0), options, start)
    },
  }
}

/** The end of the last good row, how many bad rows after it were taken, and what a parser needs to go on there. */
interface CsvPosition {
  readonly offset: number
  readonly line: number
  readonly skip: number
  readonly columns: readonly string[] | null
}

const CHUNK = 1 << 16

async function csvReader<T>(
  path: string,
  file: FileHandle,
  options: CsvFileOptions<T>,
  start: CsvPosition | undefined,
): Promise<SplitReader<T>> {
  const origin = start ?? { offset: 0, line: 1, skip: 0, columns: options.columns ?? null }
  const parser = await csvParser(origin.columns, options.delimiter ?? ',', origin.offset === 0)
  let place = { offset: origin.offset, line: origin.line, skip: 0 }
  let toSkip = origin.skip
  let items: readonly CsvItem[] = []
  let next = 0
  let readAt = origin.offset
  let isAtEnd = false
  let isOpen = true

  const fill = async (): Promise<void> => {
    const chunk = Buffer.allocUnsafe(CHUNK)
    const { bytesRead } = await file.read(chunk, 0, CHUNK, readAt).catch((error: unknown) => {
      throw cannotRead(path, error)
    })
    readAt += bytesRead
    isAtEnd = bytesRead === 0
    items = isAtEnd ? await parser.end() : await parser.parse(chunk.subarray(0, bytesRead))
    next = 0
  }

  const read = (limit: number): ReadResult<T> | Promise<ReadResult<T>> => {
    const records = recordCollector(options.schema, (line) => `${path}, line ${line}`)
    for (; records.count() < limit && next < items.length; next += 1) {
      const item = items[next]
      if (item === undefined) break
      const line = origin.line + item.line - 1
      // A bad row has no sure end, so a resumed run parses it again and leaves it out.
      place = item.end === undefined ? { ...place, skip: place.skip + 1 } : positionAfter(origin, item.end, line)
      if (item.end === undefined && toSkip > 0) toSkip -= 1
      else if (item.end === undefined) records.fail(item.raw, line, item.error)
      else records.add(item.record, item.record, line)
    }
    if (records.count() > 0) return records.finish('more')
    return isAtEnd ? records.finish('end') : fill().then(() => read(limit))
  }

  return {
    read,
    // Until a good row was taken, a header that is still to come must be read again.
    position: (): Json => ({
      ...place,
      columns: place.offset === origin.offset ? origin.columns : (parser.columns() ?? origin.columns),
    }),
    async close() {
      if (isOpen) await file.close()
      isOpen = false
    },
  }
}

function positionAfter(origin: CsvPosition, end: number, line: number): Omit<CsvPosition, 'columns'> {
  return { offset: origin.offset + end, line: line + 1, skip: 0 }
}
