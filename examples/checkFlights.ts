/**
 * `npm run flights:check -- [runs]`: the flights job over all rows against the plain loop: equal results, bit for bit,
 * and then the median ratio of their times. Both go from the file to the results in memory; neither sorts nor writes. They run
 * in turn, each with nothing of the other's left to collect, since either leaves a heap behind that takes longer to walk
 * than the two differ by.
 */
import { isDeepStrictEqual } from 'node:util'
import { localRunner } from '../src/index.ts'
import { flightsPlan } from './flights/flightsPlan.ts'
import { flightsFile, type HourlyDelay } from './flights/hourlyDelays.ts'
import { latestHours } from './flights/latestHours.ts'
import { flightsOracle } from './flights/oracle.ts'

const OPTIONS = { bound: 120 * 60_000, lateness: 48 * 3_600_000 }

function byOriginAndHour(a: HourlyDelay, b: HourlyDelay): number {
  if (a.origin !== b.origin) return a.origin < b.origin ? -1 : 1
  return a.windowStart - b.windowStart
}

async function job() {
  const sink = latestHours()
  const { plan } = flightsPlan(flightsFile(), OPTIONS, sink)
  const { reads, groups } = await localRunner().run(plan).done
  return {
    rowsRead: reads[0]?.rows,
    panes: groups[0]?.panes,
    lateAccepted: groups[0]?.lateAccepted,
    droppedLate: groups[0]?.dropped.late,
    watermark: reads[0]?.lastWatermark,
    sortedHours: () => sink.hours(),
  }
}

/** How many rows were read. Throws where the two do not give the same; nothing of either is kept. */
async function checkedRows(): Promise<number> {
  const { hours, ...counts } = await flightsOracle(flightsFile(), OPTIONS)
  const { sortedHours, ...engineCounts } = await job()
  const isSame =
    isDeepStrictEqual(engineCounts, counts) && isDeepStrictEqual(sortedHours(), hours.sort(byOriginAndHour))
  if (!isSame) throw new Error('the job and the plain loop differ')
  return counts.rowsRead
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.()
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Medians in seconds, and the median of the ratios of runs that stood side by side. */
export interface FlightsTimes {
  readonly rows: number
  readonly loop: number
  readonly job: number
  readonly ratio: number
}

const GOAL = 1.35

async function main(runs: number, asJson: boolean): Promise<void> {
  const say = (text: string): unknown => (asJson ? undefined : process.stdout.write(`${text}\n`))
  const rows = await checkedRows()
  say('equal results')
  const loops: number[] = []
  const jobs: number[] = []
  for (let run = 1; run <= runs; run += 1) {
    const loop = async (): Promise<unknown> => loops.push(await secondsOf(() => flightsOracle(flightsFile(), OPTIONS)))
    const engine = async (): Promise<unknown> => jobs.push(await secondsOf(job))
    for (const turn of run % 2 === 0 ? [engine, loop] : [loop, engine]) await turn()
  }
  const ratios = jobs.map((job, run) => job / (loops[run] ?? Number.NaN))
  const times: FlightsTimes = { rows, loop: median(loops), job: median(jobs), ratio: median(ratios) }
  if (asJson) process.stdout.write(`${JSON.stringify(times)}\n`)
  const shown = (seconds: readonly number[]): string => seconds.map((each) => each.toFixed(2)).join(' ')
  say(`loop, s: ${shown(loops)}\njob, s:  ${shown(jobs)}\nratios:  ${shown(ratios)}`)
  const verdict = times.ratio > GOAL ? 'SHORT OF GOAL' : 'goal met'
  say(
    `The job takes ${times.ratio.toFixed(2)} times as long, in the median of ${runs} runs; at most ${GOAL} is wanted: ${verdict}.`,
  )
}

const options = process.argv.slice(2)
await main(Number(options.find((each) => !each.startsWith('-')) ?? 7), options.includes('--json'))
