/** How far a run is, on one line that is written over, or on a few lines where the output is not a terminal. */
import { formatTimestamp, type RunSummary } from '../../src/index.ts'
import { screenWidth } from './screenWidth.ts'

export interface Progress {
  update(run: RunSummary): void
  /** Ends the line that is written over. */
  end(): void
}

export interface ProgressOptions {
  /** Rows in all. */
  readonly total: number
  readonly output: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> & { readonly columns?: number }
  /** Milliseconds that have passed; for the rate. */
  readonly elapsed: () => number
}

const BAR_WIDTH = 30
/** Lines printed where nothing can be written over. */
const SPARSE_LINES = 5

export function progress({ total, output, elapsed }: ProgressOptions): Progress {
  let printed = 0
  return {
    update(run) {
      const rows = run.reads.reduce((sum, read) => sum + read.rows + read.failed, 0)
      const share = total === 0 ? 1 : Math.min(1, rows / total)
      const counts = describe(share, rows, elapsed())
      const line = `${counts}  watermark ${formatTimestamp(run.watermark)}`
      // A line that breaks could not be written over.
      const lines = [`${bar(share)} ${line}`, line, counts]
      const fitting =
        lines.find((each) => each.length < screenWidth(output)) ?? counts.slice(0, screenWidth(output) - 1)
      if (output.isTTY) output.write(`\r${fitting}\u001b[K`)
      else if (share * SPARSE_LINES >= printed + 1) {
        printed = Math.floor(share * SPARSE_LINES)
        output.write(`${line}\n`)
      }
    },
    end() {
      if (output.isTTY) output.write('\n')
    },
  }
}

function describe(share: number, rows: number, milliseconds: number): string {
  const rate = milliseconds > 0 ? Math.round((rows / milliseconds) * 1000) : 0
  return `${(share * 100).toFixed(0).padStart(3)} %  ${grouped(rows)} rows  ${grouped(rate)} rows/s`
}

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH)
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}]`
}

function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
