import { DataflowError, showValue } from '../../core/errors.ts'
import type { Sink, SinkRow } from '../../core/sink.ts'
import { atomicFile, type PreparedFile } from './atomicFile.ts'

export interface WriteNdjsonOptions<T> {
  /** What is written of a row, as a value for JSON; the row's value when left out. */
  readonly encode?: (row: SinkRow<T>) => unknown
  /**
   * True to accept retracting input: each line is then `{"retraction":true|false,"value":...}`. Otherwise such input
   * is refused, because a reader of the file could not tell additions from withdrawals.
   */
  readonly retractions?: boolean
}

/**
 * Writes one JSON text per row and line, in order. The file appears under its name, whole, when the run commits; a run
 * that fails or is cancelled leaves nothing behind and an older file untouched. Exactly once with checkpoints: the lines
 * stand in a draft beside the file, and a resumed run cuts it back to where the checkpoint was.
 *
 *     counts.pipe(write(writeNdjson('out/counts.ndjson', { encode: (row) => ({ page: row.key, ...row.value }) })))
 *
 * The run fails with FILE_NOT_FOUND when the folder does not exist, NOT_ENCODABLE for a value that JSON cannot carry,
 * SINK_FAILED when the disk refuses.
 */
export function writeNdjson<T>(path: string, options: WriteNdjsonOptions<T> = {}): Sink<T> {
  const { encode = (row: SinkRow<T>): unknown => row.value, retractions = false } = options
  const lineOf = (row: SinkRow<T>): string =>
    retractions
      ? `{"retraction":${row.retraction},"value":${jsonOf(encode(row), path)}}\n`
      : `${jsonOf(encode(row), path)}\n`
  return {
    spec: { kind: 'ndjsonFile', path, retractions },
    acceptsRetractions: retractions,
    delivery: 'exactly-once',
    async open(prepared, guarantee) {
      // What comes back is what `prepare` answered.
      const file = await atomicFile(path, prepared as PreparedFile | undefined, guarantee)
      return {
        write(rows) {
          let lines = ''
          for (const row of rows) lines += lineOf(row)
          return file.write(lines)
        },
        prepare: () => file.prepare(),
        commit: () => file.commit(),
        abort: () => file.abort(),
        suspend: () => file.suspend(),
      }
    },
  }
}

function jsonOf(value: unknown, path: string): string {
  try {
    const text = JSON.stringify(value)
    // Maps, sets and promises would be written as {}: only where that stands is the value looked through.
    if (text !== undefined && !(text.includes('{}') && isLost(value))) return text
  } catch (cause) {
    throw notEncodable(value, path, cause)
  }
  throw notEncodable(value, path, undefined)
}

function isLost(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false
  if (value instanceof Map || value instanceof Set || value instanceof Promise) return true
  return Object.values(value).some(isLost)
}

function notEncodable(value: unknown, path: string, cause: unknown): DataflowError {
  return new DataflowError('NOT_ENCODABLE', {
    problem: `JSON cannot carry ${showValue(value)}, which was to be written to ${path}.`,
    remedy:
      'Give `encode` to writeNdjson and answer a value made of objects, arrays, strings, numbers and booleans; ' +
      'wait for promises in a step of mapAsync.',
    cause,
  })
}
