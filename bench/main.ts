/**
 * `npm run bench`: the engine beside loops written by hand, in one process, interleaved, each result checked first.
 * `-- --check` runs small inputs once and compares results only; `-- --polluted` runs 20 other pipelines first.
 */
import Table from 'cli-table3'
import { Command } from 'commander'
import type { Workload } from './contender.ts'
import { intKey, stringKey } from './events.ts'
import { checkResults, type Measured, measure } from './measure.ts'
import { pollute } from './pollute.ts'
import { sessionCount } from './workloads/sessions.ts'
import { slidingSum } from './workloads/sliding.ts'
import { quietKeys } from './workloads/stateful.ts'
import { stateless } from './workloads/stateless.ts'
import { tumblingAggregate } from './workloads/tumbling.ts'

interface Options {
  readonly check?: boolean
  readonly polluted?: boolean
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

async function main(options: Options): Promise<void> {
  const chosen = workloads(options.check ? 0.02 : 1).filter(({ name }) => name.includes(options.only ?? ''))
  if (options.check) {
    for (const workload of chosen) await checkResults(workload)
    console.log(`${chosen.length} workloads give the results of the loops written by hand`)
    return
  }
  if (options.polluted) await pollute()
  const measured: Measured[] = []
  for (const workload of chosen) measured.push(await measure(workload, Number(options.runs)))
  if (options.json) console.log(JSON.stringify(measured, undefined, 2))
  else console.log(asTable(measured))
  const short = measured.filter(({ ratio, floor }) => ratio < floor)
  for (const { name, ratio, floor } of short) console.log(`falls short: ${name}: ${ratio.toFixed(2)} of ${floor}`)
}

function asTable(measured: readonly Measured[]): string {
  const table = new Table({
    head: ['workload', 'hand ns/event', 'tidemark ns/event', 'ratio', 'floor', 'others (tidemark is x times)'],
  })
  for (const { name, hand, engine, ratio, floor, others } of measured) {
    const beside = others.map(
      (other) => `${other.name} ${other.nanoseconds.toFixed(1)} ns (${(other.nanoseconds / engine).toFixed(1)}x)`,
    )
    table.push([name, hand.toFixed(1), engine.toFixed(1), ratio.toFixed(2), floor, beside.join(', ')])
  }
  return table.toString()
}

const command = new Command()
  .option('--check', 'compare results on small inputs, time nothing')
  .option('--polluted', 'run 20 other pipelines first')
  .option('--runs <n>', 'timed runs of each contender', '7')
  .option('--only <text>', 'only workloads whose name holds the text')
  .option('--json', 'print figures as JSON')
  .parse()
await main(command.opts<Options>())
