/** What a job writes as summary.json: the same on every run but for `seconds`. */
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DropReason, formatTimestamp, type GroupAccounting } from '../src/index.ts'
import type { JobRun } from './runJob.ts'
import { table } from './terminal/table.ts'

export interface JobSummary {
  readonly rowsRead: number
  /** (key, window) pairs with a result. */
  readonly windows: number
  readonly panes: { readonly early: number; readonly onTime: number; readonly late: number }
  /** Rows that came when the watermark was already past the end of their window, and were still counted. */
  readonly lateAccepted: number
  readonly dropped: Readonly<Record<DropReason, number>>
  /** The watermark that the last row made: the end of the input then moves it to the end of time. */
  readonly watermark: string
  readonly seconds: number
}

/** The summary of a plan with one read and one grouping. */
export function jobSummary({ run, seconds }: JobRun, windows: number): JobSummary {
  const { panes, lateAccepted, dropped } = groupingOf({ run, seconds })
  return {
    rowsRead: run.reads.reduce((sum, read) => sum + read.rows, 0),
    windows,
    panes: { early: panes.early, onTime: panes.onTime, late: panes.late },
    lateAccepted,
    dropped: {
      late: dropped.late,
      closed: dropped.closed,
      noWindow: dropped.noWindow,
      order: dropped.order,
      partial: dropped.partial,
    },
    watermark: formatTimestamp(Math.min(...run.reads.map((read) => read.lastWatermark))),
    seconds: Math.round(seconds * 1000) / 1000,
  }
}

/** Writes DIR/summary.json whole: beside its place first, then renamed. */
export async function writeSummary(folder: string, summary: JobSummary): Promise<void> {
  const path = join(folder, 'summary.json')
  const draft = `${path}.${process.pid}.tmp`
  try {
    await writeFile(draft, `${JSON.stringify(summary, null, 2)}\n`)
    await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
}

/** Where every row went, and that the counts balance (R116). */
export function accountingText(job: JobRun, summary: JobSummary): string {
  const { assigned, emitted, buffered } = groupingOf(job)
  const dropped = Object.values(summary.dropped).reduce((sum, count) => sum + count, 0)
  const balances = assigned === emitted + dropped + buffered
  const balance = [assigned, emitted, dropped, buffered].map((count) => count.toLocaleString('en-US'))
  const reasons = Object.entries(summary.dropped).map(([reason, count]) => [`dropped: ${reason}`, count] as const)
  return [
    table(
      'Accounting',
      ['what', 'count'],
      [
        ['rows read', summary.rowsRead],
        ['windows with a result', summary.windows],
        ['panes: early', summary.panes.early],
        ['panes: on time', summary.panes.onTime],
        ['panes: late', summary.panes.late],
        ['late, and still counted', summary.lateAccepted],
        ...reasons,
      ],
    ),
    `Conservation: ${balance[0]} assigned = ${balance[1]} in panes + ${balance[2]} dropped + ${balance[3]} buffered: ` +
      (balances ? 'balanced.' : 'NOT BALANCED.'),
    `Watermark of the last row: ${summary.rowsRead === 0 ? 'none, as nothing was read' : summary.watermark}. ${summary.seconds} s.`,
  ].join('\n')
}

function groupingOf({ run }: JobRun): GroupAccounting {
  const [grouping] = run.groups
  if (grouping === undefined) throw new RangeError('the plan has no grouping')
  return grouping
}
