/** What a port sent: rows, each with the port's watermark at the moment it left. */
import type { ReferenceTrace } from '../../../docs/reference-runner/run.ts'
import type { Row } from '../../../src/core/bundle.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../../../src/core/time.ts'
import type { LocalRunLog } from '../../../src/runners/local/runStepLog.ts'
import { rowText } from './rowText.ts'

export interface EmittedRow {
  readonly row: Row
  /** The port's output watermark before the row. */
  readonly watermark: Timestamp
}

export interface Emitted {
  readonly rows: readonly EmittedRow[]
  /** The port's output watermark after all of it. */
  readonly watermark: Timestamp
}

/** `from` is the port's watermark at the beginning of the log, for runs that were restored. */
export function emittedBy(log: LocalRunLog, port: string, from: Timestamp = MIN_TIMESTAMP): Emitted {
  const moves = log.watermarks[port] ?? []
  let passed = 0
  let watermark = from
  const rows = (log.rows[port] ?? []).map((row, index): EmittedRow => {
    for (let move = moves[passed]; move !== undefined && move.afterRows <= index; move = moves[++passed]) {
      watermark = move.watermark
    }
    return { row, watermark }
  })
  return { rows, watermark: moves.at(-1)?.watermark ?? from }
}

export function emittedByReference(trace: ReferenceTrace, port: string): Emitted {
  let watermark = MIN_TIMESTAMP
  const rows: EmittedRow[] = []
  for (const signal of trace.signals[port] ?? []) {
    if (signal.kind === 'row') rows.push({ row: signal.row, watermark })
    if (signal.kind === 'watermark') watermark = signal.to
  }
  return { rows, watermark }
}

/** One line a row, with the watermark under which it left, and the last watermark. */
export function emittedLines({ rows, watermark }: Emitted): string[] {
  return [...rows.map((each) => `${rowText(each.row)} under ${each.watermark}`), `then ${watermark}`]
}
