import type { BoundedSource } from '../../core/source.ts'
import { recordCollector } from '../recordCollector.ts'
import { type LineFileOptions, lineSource } from './lineSource.ts'

/**
 * The lines of UTF-8 text files as strings, without their ends (LF or CRLF), blank lines included. Bounded,
 * replayable; one split per file, or several with `splitsPerFile`.
 *
 *     pipeline('log').read(textFile('server.log')).pipe(filter((line) => line.includes('ERROR')))
 *
 * Fails as `ndjsonFile` does for missing and shortened files.
 */
export function textFile(path: string | readonly string[], options: LineFileOptions = {}): BoundedSource<string> {
  return lineSource<string>(path, options, {
    kind: 'textFile',
    collect: (placeOf) => recordCollector(undefined, placeOf),
    take: (line, lineNumber, into) => into.add(line, line, lineNumber),
  })
}
