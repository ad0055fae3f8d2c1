/** The optional package csv-parse, one chunk in and the rows that it completes out: good ones and bad ones in order. */
import { DataflowError } from '../../core/errors.ts'

/** A row, or what was refused. Bytes and lines count from where the parser began. */
export type CsvItem =
  | { readonly line: number; readonly end: number; readonly record: unknown }
  | { readonly line: number; readonly end: undefined; readonly raw: string; readonly error: unknown }

export interface CsvParser {
  parse(chunk: Buffer): Promise<readonly CsvItem[]>
  end(): Promise<readonly CsvItem[]>
  /** The fields' names, once the header was read. */
  columns(): readonly string[] | undefined
}

/** A row longer than this is refused: most likely a quote that is never closed. */
const MAX_ROW_CHARACTERS = 1 << 24

/** `columns` null: the first row names the fields. Throws UNMET_REQUIREMENT when csv-parse is not installed. */
export async function csvParser(
  columns: readonly string[] | null,
  delimiter: string,
  isFileStart: boolean,
): Promise<CsvParser> {
  const { parse } = await loadCsvParse()
  let items: CsvItem[] = []
  let header: readonly string[] | undefined
  const parser = parse({
    bom: isFileStart,
    columns:
      columns === null
        ? (names: string[]) => {
            header = names
            return names
          }
        : [...columns],
    delimiter,
    max_record_size: MAX_ROW_CHARACTERS,
    raw: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    // Rows are taken here, in one order with the refused ones; nothing goes on to the stream's readable side.
    on_record({ record }: { readonly record: unknown }, info) {
      items.push({ line: info.lines, end: info.bytes, record })
      return null
    },
    on_skip(error, raw) {
      items.push({ line: Number(error?.lines ?? 1), end: undefined, raw: raw ?? '', error })
      return undefined
    },
  })
  // Each call below reports its own failure; without a listener the stream would throw it as well.
  parser.on('error', () => {})
  parser.resume()

  const settle = (resolve: (items: readonly CsvItem[]) => void, reject: (reason: unknown) => void) => {
    return (error?: Error | null): void => {
      const done = items
      items = []
      const problem = error ?? doubleName(header ?? [])
      if (problem) reject(unreadable(parser.info.lines, problem))
      else resolve(done)
    }
  }
  return {
    parse: (chunk) => new Promise((resolve, reject) => parser.write(chunk, settle(resolve, reject))),
    end: () => new Promise((resolve, reject) => parser.end(settle(resolve, reject))),
    columns: () => header,
  }
}

/** Two fields of one name would leave one of them out of every record. */
function doubleName(names: readonly string[]): Error | undefined {
  const double = names.find((name, index) => names.indexOf(name) !== index)
  return double === undefined ? undefined : new Error(`the header names two fields "${double}"`)
}

/** What the parser cannot step over, such as a row without end. */
function unreadable(line: number, cause: Error): DataflowError {
  return new DataflowError('SOURCE_FAILED', {
    problem: `the CSV text cannot be read on from line ${line}: ${cause.message}.`,
    remedy: 'Check the header, the quotes and the delimiter of the file, or name the fields with `columns`.',
    cause,
  })
}

async function loadCsvParse(): Promise<typeof import('csv-parse')> {
  try {
    return await import('csv-parse')
  } catch (cause) {
    throw new DataflowError('UNMET_REQUIREMENT', {
      problem: 'csvFile needs the package csv-parse, which is not installed.',
      remedy: 'Run: npm install csv-parse',
      cause,
    })
  }
}
