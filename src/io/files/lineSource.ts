/** A source over the lines of files: splits, positions and errors; what a line means is the caller's. */
import { DataflowError, showValue } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import type { BoundedSource, ReadResult } from '../../core/source.ts'
import type { RecordCollector } from '../recordCollector.ts'
import { type LinePosition, type LineRange, lineReader } from './lineReader.ts'
import { fileSizes, openFile } from './openFile.ts'

export interface LineFileOptions {
  /** Read each file as this many splits, cut near equal byte distances at line ends; 1 when left out. */
  readonly splitsPerFile?: number
  /** A longer line fails the run; 16 MiB when left out. */
  readonly maxLineBytes?: number
}

export interface LineFormat<T> {
  readonly kind: string
  /** A collector for one read; `placeOf` names a line by its number. */
  collect(placeOf: (line: number) => string): RecordCollector<T>
  /** Gives one line to the collector, or leaves it out when it holds no record. */
  take(line: string, lineNumber: number, into: RecordCollector<T>): void
}

/** One split per file and byte range. Positions are `{ offset, line }`: the place of the next line. */
export function lineSource<T>(
  path: string | readonly string[],
  options: LineFileOptions,
  format: LineFormat<T>,
): BoundedSource<T> {
  const paths = typeof path === 'string' ? [path] : path
  const splitsPerFile = atLeastOne(format.kind, 'splitsPerFile', options.splitsPerFile ?? 1)
  const maxLineBytes = atLeastOne(format.kind, 'maxLineBytes', options.maxLineBytes ?? 1 << 24)
  return {
    spec: { kind: format.kind, paths, splitsPerFile },
    bounded: true,
    replayable: true,
    async splits() {
      const sizes = await fileSizes(paths)
      return paths.flatMap((file, index) => rangesOf(file, sizes[index] ?? 0, splitsPerFile)).map(splitOf)
    },
    async open(split, position) {
      // Restrictions and positions are the JSON that this source made itself.
      const range = split.restriction as unknown as LineRange
      const start = (position ?? undefined) as LinePosition | undefined
      const lines = lineReader(await openFile(range.path, start?.offset ?? 0), range, start, maxLineBytes)
      const prefix = range.from === 0 ? range.path : `${range.path} from byte ${range.from}`
      let lineNumber = start?.line ?? 1

      const read = (limit: number): ReadResult<T> | Promise<ReadResult<T>> => {
        const records = format.collect((line) => `${prefix}, line ${line}`)
        while (records.count() < limit) {
          const line = lines.next()
          if (line === undefined) break
          format.take(line, lineNumber, records)
          lineNumber += 1
        }
        if (records.count() > 0) return records.finish('more')
        return lines.fill().then((hasMore) => (hasMore ? read(limit) : records.finish('end')))
      }
      return { read, position: () => jsonOf(lines.position()), close: () => lines.close() }
    },
  }
}

function rangesOf(path: string, size: number, ways: number): LineRange[] {
  return Array.from({ length: ways }, (_, i) => ({
    path,
    from: Math.floor((size * i) / ways),
    to: i === ways - 1 ? null : Math.floor((size * (i + 1)) / ways),
  }))
}

function splitOf(range: LineRange): { id: string; restriction: Json } {
  const isWhole = range.from === 0 && range.to === null
  return {
    id: isWhole ? range.path : `${range.path}@${range.from}`,
    restriction: { path: range.path, from: range.from, to: range.to },
  }
}

function jsonOf(position: LinePosition | undefined): Json {
  return position === undefined ? null : { offset: position.offset, line: position.line }
}

function atLeastOne(kind: string, option: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `${kind}: ${option} is ${showValue(value)}, but must be a whole number >= 1.`,
    remedy: 'Leave it out to use the default.',
  })
}
