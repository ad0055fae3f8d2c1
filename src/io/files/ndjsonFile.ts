import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { BoundedSource } from '../../core/source.ts'
import { recordCollector } from '../recordCollector.ts'
import { type LineFileOptions, lineSource } from './lineSource.ts'

export interface NdjsonFileOptions<T> extends LineFileOptions {
  /** Any Standard Schema: each record is what the schema makes of the parsed line. */
  readonly schema?: StandardSchemaV1<unknown, T>
}

/**
 * One JSON text per line (UTF-8; LF or CRLF; blank lines hold no record), streamed in 1 MiB chunks. A line that is not
 * JSON, or that the schema refuses, is a failed record: the run stops, or sends it to `failed`, as the read declares.
 * Bounded, replayable; one split per file, or several with `splitsPerFile`.
 *
 *     const Click = z.object({ page: z.string(), at: z.number() })
 *     pipeline('clicks').read(ndjsonFile('clicks.ndjson', { schema: Click }), { timestamp: (c) => c.at })
 *
 * A run fails with FILE_NOT_FOUND before anything is read, and with FILE_TRUNCATED when a file has become shorter than
 * the position at which reading should go on.
 */
export function ndjsonFile<T = unknown>(
  path: string | readonly string[],
  options: NdjsonFileOptions<T> = {},
): BoundedSource<T> {
  return lineSource<T>(path, options, {
    kind: 'ndjsonFile',
    collect: (placeOf) => recordCollector(options.schema, placeOf),
    take(line, lineNumber, into) {
      let record: unknown
      try {
        record = JSON.parse(line)
      } catch (error) {
        if (line.trim() !== '') into.fail(line, lineNumber, error)
        return
      }
      into.add(record, line, lineNumber)
    },
  })
}
