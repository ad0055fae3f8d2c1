/** `tidemark/node`: files as sources and sinks. */
export { type CsvFileOptions, csvFile } from './files/csvFile.ts'
export type { LineFileOptions } from './files/lineSource.ts'
export { type NdjsonFileOptions, ndjsonFile } from './files/ndjsonFile.ts'
export { textFile } from './files/textFile.ts'
export { type WriteNdjsonOptions, writeNdjson } from './files/writeNdjson.ts'
