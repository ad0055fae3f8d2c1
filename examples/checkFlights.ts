/**
 * `npm run flights:check -- [runs]`: the flights job over all rows against the plain loop: equal results, bit for bit,
 * and the ratio of their times, run in turn. Both go from the file to the results in memory; neither sorts nor writes.
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

async function timed<R>(work: () => Promise<R>): Promise<{ readonly result: R; readonly seconds: number }> {
  const startedAt = performance.now()
  const result = await work()
  return { result, seconds: (performance.now() - startedAt) / 1000 }
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

const runs = Number(process.argv[2] ?? 3)
let best = Number.POSITIVE_INFINITY
for (let run = 1; run <= runs; run += 1) {
  const plain = await timed(() => flightsOracle(flightsFile(), OPTIONS))
  const engine = await timed(job)
  const { hours, ...counts } = plain.result
  const { sortedHours, ...engineCounts } = engine.result
  if (!isDeepStrictEqual(engineCounts, counts) || !isDeepStrictEqual(sortedHours(), hours.sort(byOriginAndHour))) {
    process.stderr.write('The job and the plain loop differ.\n')
    process.exit(1)
  }
  const ratio = engine.seconds / plain.seconds
  best = Math.min(best, ratio)
  process.stdout.write(
    `run ${run}: equal results; loop ${plain.seconds.toFixed(2)} s, job ${engine.seconds.toFixed(2)} s, ratio ${ratio.toFixed(2)}\n`,
  )
}
process.stdout.write(`${runs} runs over all rows: equal results each time, best ratio ${best.toFixed(2)} (goal 1.35)\n`)
