import { join } from 'node:path'
import type { Plan, Source, StateStore } from '../../src/index.ts'
import { compat, listCheckpoints } from '../../src/state/checkpoints.ts'
import { lmdbStore } from '../../src/state/lmdb.ts'
import { accountingText, type JobSummary, jobSummary, writeSummary } from '../jobSummary.ts'
import { makeResultFolder } from '../resultFolder.ts'
import { type JobOptions, type JobRun, runJob } from '../runJob.ts'
import { airportNames } from './airports.ts'
import { flightsPlan, lastingFlightsPlan } from './flightsPlan.ts'
import { flightsReport } from './flightsReport.ts'
import { airportsFile, type Flight, type FlightsOptions, flightsFile, type HourlyDelay } from './hourlyDelays.ts'
import { readHours } from './hoursFile.ts'
import { latestHours } from './latestHours.ts'
import { sortedHours } from './sortedHours.ts'

export interface FlightsCommand extends FlightsOptions {
  /** Folder of the results. */
  readonly out: string
  /** Folder of a store from which a job that was killed goes on. */
  readonly state?: string
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
  await makeResultFolder(command.out)
  output?.write(`${ABOUT}\n`)
  const { job, hours } = await (command.state === undefined ? once(command) : lasting(command, command.state))
  const summary = jobSummary(job, hours.length)
  await writeSummary(command.out, summary)
  if (output === undefined) process.stdout.write(`${JSON.stringify(summary)}\n`)
  else {
    const names = await airportNames(airportsFile())
    output.write(`\n${flightsReport(hours, names)}\n\n${accountingText(job, summary)}\n`)
    output.write(`Results: ${join(command.out, 'hourly.ndjson')} and summary.json\n`)
  }
  return summary
}

interface Finished {
  readonly job: JobRun
  readonly hours: readonly HourlyDelay[]
}

async function once(command: FlightsCommand): Promise<Finished> {
  const sink = latestHours(resultsOf(command))
  const { plan, source } = flightsPlan(flightsFile(), command, sink)
  const job = await runJob(plan, await jobOptions(command, source))
  return { job, hours: sink.hours() }
}

/** Checkpoints twice a second: after a kill little is read again. */
async function lasting(command: FlightsCommand, state: string): Promise<Finished> {
  const { plan, source } = lastingFlightsPlan(flightsFile(), command, sortedHours(resultsOf(command)))
  const store = lmdbStore(state)
  if (await hasFinished(state, store, plan)) {
    const told = command.json ? process.stderr : process.stdout
    told.write(`The job of ${state} has finished before: its results stand, and nothing is read again.\n`)
  }
  const checkpoint = { store, every: CHECKPOINT_EVERY }
  const job = await runJob(plan, { ...(await jobOptions(command, source)), checkpoint })
  return { job, hours: await readHours(resultsOf(command)) }
}

const CHECKPOINT_EVERY = 500

/** A job that has finished answers with its results whatever it is asked: other options want another folder. */
async function hasFinished(state: string, store: StateStore, plan: Plan): Promise<boolean> {
  // Where there is no store yet, the run makes one, or says why it cannot.
  const last = (await listCheckpoints(store).catch(() => [])).at(-1)
  if (last?.header.phase !== 'finished') return false
  if (compat(plan, last).every(({ fate }) => fate === 'kept')) return true
  throw new Error(
    `The job of ${state} has finished with other options (--bound, --lateness, --limit or --out). ` +
      'Give those to see its results, or another folder as --state to run it anew.',
  )
}

async function jobOptions({ json }: FlightsCommand, source: Source<Flight>): Promise<JobOptions> {
  return { total: (await source.size?.()) ?? 0, ...(json ? {} : { output: process.stdout }) }
}

function resultsOf({ out }: FlightsCommand): string {
  return join(out, 'hourly.ndjson')
}
