/**
 * `npm run bench`: the engine beside loops written by hand, in one process, interleaved, each result checked first; then again
 * in a process that has run 20 other pipelines. `-- --check` runs small inputs once and compares results only.
 */
import { Command } from 'commander'
import type { Workload } from './contender.ts'
import { intKey, stringKey } from './events.ts'
import { FLIGHTS, measureFlights } from './flightsJob.ts'
import { compared, goalsSummary, goalsTable } from './goals.ts'
import { checkResults, type Measured, measure } from './measure.ts'
import { pollute } from './pollute.ts'
import { sessionCount } from './workloads/sessions.ts'
import { slidingSum } from './workloads/sliding.ts'
import { quietKeys } from './workloads/stateful.ts'
import { stateless } from './workloads/stateless.ts'
import { tumblingAggregate } from './workloads/tumbling.ts'

interface Options {
  readonly check?: boolean
  readonly fresh?: boolean
  readonly runs: string
  readonly only?: string
  readonly json?: boolean
}

function workloads(scale: number): Workload[] {
  const n = Math.floor(2_000_000 * scale)
  return [
    stateless(n, 0.5, true),
    stateless(n, 0.2, false),
    tumblingAggregate('1,000 int keys', n, 1_000, intKey, 0.5),
    tumblingAggregate('10,000 int keys', n, 10_000, intKey, 0.5),
    tumblingAggregate('100,000 int keys', n, 100_000, intKey, 0.5),
    tumblingAggregate('1,000 string keys', n, 1_000, stringKey, 0.5),
    tumblingAggregate('10,000 string keys', n, 10_000, stringKey, 0.5),
    tumblingAggregate('100,000 string keys', n, 100_000, stringKey, 0.5),
    slidingSum(n, 100, 0.25),
    sessionCount(Math.floor(n / 4), 1_000, 0.3),
    quietKeys(Math.floor(n / 2), 1_000, 0.3),
    quietKeys(Math.floor(n / 2), 10_000, 0.3),
  ]
}

async function main({ check, only = '', runs, fresh, json }: Options): Promise<void> {
  const chosen = workloads(check ? 0.02 : 1).filter(({ name }) => name.includes(only))
  if (check) {
    for (const workload of chosen) await checkResults(workload)
    console.log(`${chosen.length} workloads give the results of the loops written by hand`)
    return
  }
  const first = await measureAll(chosen, Number(runs))
  if (!fresh) await pollute()
  const again = fresh ? [] : await measureAll(chosen, Number(runs))
  const flights = FLIGHTS.includes(only) ? [measureFlights(Number(runs))] : []
  const rows = [...compared(first, again), ...flights]
  if (json) console.log(JSON.stringify(rows, undefined, 2))
  else console.log(`${goalsTable(rows)}\n${goalsSummary(rows)}\n${ELSEWHERE}`)
}

/** Goals that no ratio tells. */
const ELSEWHERE = 'Import time (60 ms): npm run smoke. Size (40 kB): npm run size. Memory: npm run soak.'

async function measureAll(chosen: readonly Workload[], runs: number): Promise<readonly Measured[]> {
  const measured: Measured[] = []
  for (const workload of chosen) {
    process.stderr.write(`measuring: ${workload.name}\n`)
    measured.push(...(await measure(workload, runs)))
  }
  return measured
}

const command = new Command()
  .option('--check', 'compare results on small inputs, time nothing')
  .option('--fresh', 'do not measure again after 20 other pipelines')
  .option('--runs <n>', 'timed runs of each contender', '7')
  .option('--only <text>', 'only workloads whose name holds the text')
  .option('--json', 'print figures as JSON')
  .parse()
await main(command.opts<Options>())
