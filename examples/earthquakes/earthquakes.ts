import { join } from 'node:path'
import { accountingText, type JobSummary, jobSummary, writeSummary } from '../jobSummary.ts'
import { makeResultFolder } from '../resultFolder.ts'
import { runJob } from '../runJob.ts'
import { chart } from '../terminal/chart.ts'
import { table } from '../terminal/table.ts'
import { type DailyCount, dailyCounts } from './dailyCounts.ts'
import { type EarthquakesOptions, earthquakesPlan } from './earthquakesPlan.ts'
import { quakesByUpdate } from './quakes.ts'

export interface EarthquakesCommand extends EarthquakesOptions {
  /** Folder of the results. */
  readonly out: string
  /** Read only the first reports. */
  readonly limit?: number
  /** Print the summary as JSON and nothing else. */
  readonly json: boolean
}

const ABOUT = `A week of earthquakes, counted per day and magnitude class, in the order in which reports were last updated.
Event time is when the earth shook; reports come up to days later. Each late report withdraws the count of its day
and adds the corrected one.
`

/** Runs the job, shows it, and writes DIR/daily.ndjson and DIR/summary.json. */
export async function earthquakes(command: EarthquakesCommand): Promise<JobSummary> {
  const output = command.json ? undefined : process.stdout
  await makeResultFolder(command.out)
  output?.write(`${ABOUT}\n`)
  const days = dailyCounts(join(command.out, 'daily.ndjson'))
  const quakes = await quakesByUpdate(command.limit)
  const plan = earthquakesPlan(quakes, command, days)
  const job = await runJob(plan, { total: quakes.length, ...(output && { output }) })
  const summary = jobSummary(job, days.days().length)
  await writeSummary(command.out, summary)
  if (output === undefined) process.stdout.write(`${JSON.stringify(summary)}\n`)
  else {
    output.write(`\n${earthquakesReport(days.days())}\n\n${accountingText(job, summary)}\n`)
    output.write(`Results: ${join(command.out, 'daily.ndjson')} and summary.json\n`)
  }
  return summary
}

/** Counts per day and class as they were first and as they are, and how the most corrected one changed. */
export function earthquakesReport(days: readonly DailyCount[]): string {
  if (days.length === 0) return 'No earthquakes.'
  const rows = days.map(({ windowStart, magnitude, history, last }) => {
    const first = history[0]
    const isOnTime = first?.timing !== 'LATE'
    return [
      dayOf(windowStart),
      magnitude,
      isOnTime ? (first?.quakes ?? 0) : '',
      last.quakes,
      history.length - 1,
      last.strongest,
    ]
  })
  const head = ['day', 'magnitude', 'on time', 'in the end', 'corrections', 'strongest']
  const [most] = [...days].sort((a, b) => b.history.length - a.history.length)
  return [
    table('Earthquakes per day and magnitude class', head, rows),
    ...(most === undefined || most.history.length < 2 ? [] : [changesOf(most)]),
  ].join('\n\n')
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

function changesOf({ magnitude, windowStart, history }: DailyCount): string {
  const title = `How the count of ${dayOf(windowStart)}, magnitude ${magnitude}, changed as late reports came in`
  const points = history.map(({ quakes, asOf }): [number, number] => [hoursAfter(windowStart + DAY, asOf), quakes])
  const daily = history.filter(({ asOf }, pane) => dayOf(asOf) !== dayOf(history[pane + 1]?.asOf ?? 0))
  const counts = daily.map(({ quakes, asOf }) => `${quakes} at the end of ${dayOf(asOf)}`)
  if (history[0]?.timing === 'ON_TIME') counts.unshift(`${history[0].quakes} on time`)
  return `${chart(title, points, 'hours after the end of the day')}\n  ${counts.join(', ')}`
}

/** In tenths of an hour. */
function hoursAfter(start: number, time: number): number {
  return Math.round(((time - start) / HOUR) * 10) / 10
}

function dayOf(windowStart: number): string {
  return new Date(windowStart).toISOString().slice(0, 10)
}
