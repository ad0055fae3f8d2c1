import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { accountingText, type JobSummary, jobSummary, writeSummary } from '../jobSummary.ts'
import { runJob } from '../runJob.ts'
import { airportNames } from './airports.ts'
import { flightsPlan } from './flightsPlan.ts'
import { flightsReport } from './flightsReport.ts'
import { airportsFile, type FlightsOptions, flightsFile } from './hourlyDelays.ts'
import { latestHours } from './latestHours.ts'

export interface FlightsCommand extends FlightsOptions {
  /** Folder of the results. */
  readonly out: string
  /** Print the summary as JSON and nothing else. */
  readonly json: boolean
}

const ABOUT = `Three million flights of 2001, hourly delays per airport of departure.
The file has no scheduled times: event time is departure minus arrival delay, an estimate of the schedule,
in airport-local time labelled UTC. The order of the file (actual departure) is the order of arrival.
`

/** Runs the job, shows it, and writes DIR/hourly.ndjson and DIR/summary.json. */
export async function flights(command: FlightsCommand): Promise<JobSummary> {
  const output = command.json ? undefined : process.stdout
  output?.write(`${ABOUT}\n`)
  await mkdir(command.out, { recursive: true })
  const hours = latestHours(join(command.out, 'hourly.ndjson'))
  const { plan, source, highest } = flightsPlan(flightsFile(), command, hours)
  const total = (await source.size?.()) ?? 0
  const job = await runJob(plan, { total, ...(output && { output }) })
  const summary = jobSummary(job, hours.hours().length, highest() - command.bound)
  await writeSummary(command.out, summary)
  if (output === undefined) process.stdout.write(`${JSON.stringify(summary)}\n`)
  else {
    const names = await airportNames(airportsFile())
    output.write(`\n${flightsReport(hours.hours(), names)}\n\n${accountingText(job, summary)}\n`)
    output.write(`Results: ${join(command.out, 'hourly.ndjson')} and summary.json\n`)
  }
  return summary
}
