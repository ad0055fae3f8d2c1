/** The flights job beside the plain loop over the same file, in a process of its own: what it leaves behind slows the others. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FlightsTimes } from '../examples/checkFlights.ts'
import type { Measured } from './measure.ts'

/** As a ratio of throughputs: the job is to take at most 1.35 times as long as the loop. */
const GOAL = 1 / 1.35

export const FLIGHTS = 'flights job, 3,000,000 rows'

export function measureFlights(runs: number): Measured {
  const program = fileURLToPath(new URL('./flights.js', import.meta.url))
  const printed = execFileSync(process.execPath, ['--expose-gc', program, String(runs), '--json'], { encoding: 'utf8' })
  // What the program prints with --json.
  const { rows, loop, job, ratio } = JSON.parse(printed) as FlightsTimes
  const nanoseconds = (seconds: number): number => (seconds / rows) * 1e9
  return {
    workload: FLIGHTS,
    beside: 'loop over the same columns',
    other: nanoseconds(loop),
    engine: nanoseconds(job),
    ratio: 1 / ratio,
    goal: GOAL,
  }
}
