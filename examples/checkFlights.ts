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

/** The two give the same; nothing of either is kept. */
async function checkResults(): Promise<boolean> {
  const { hours, ...counts } = await flightsOracle(flightsFile(), OPTIONS)
  const { sortedHours, ...engineCounts } = await job()
  return isDeepStrictEqual(engineCounts, counts) && isDeepStrictEqual(sortedHours(), hours.sort(byOriginAndHour))
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

if (!(await checkResults())) {
  process.stderr.write('The job and the plain loop differ.\n')
  process.exit(1)
}
process.stdout.write('equal results\n')
const runs = Number(process.argv[2] ?? 7)
const loops: number[] = []
const jobs: number[] = []
for (let run = 1; run <= runs; run += 1) {
  const loop = async (): Promise<unknown> => loops.push(await secondsOf(() => flightsOracle(flightsFile(), OPTIONS)))
  const engine = async (): Promise<unknown> => jobs.push(await secondsOf(job))
  for (const turn of run % 2 === 0 ? [engine, loop] : [loop, engine]) await turn()
}
const ratios = jobs.map((job, run) => job / (loops[run] ?? Number.NaN))
const shown = (seconds: readonly number[]): string => seconds.map((each) => each.toFixed(2)).join(' ')
process.stdout.write(`loop, s: ${shown(loops)}\njob, s:  ${shown(jobs)}\nratios:  ${shown(ratios)}\n`)
process.stdout.write(`median ratio of ${runs} runs: ${median(ratios).toFixed(2)} (goal 1.35)\n`)
