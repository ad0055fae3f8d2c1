import fc from 'fast-check'
import type { Plan } from '../../core/graph.ts'
import type { Guarantee, SinkRow } from '../../core/sink.ts'
import type { StateStore } from '../../core/stateStore.ts'
import { memoryStore } from '../../state/memoryStore.ts'
import { faultScripts } from '../arbitraries/faultScripts.ts'
import { diffTable } from '../diffTable.ts'
import { sameValue } from '../sameValue.ts'
import { showRow } from '../showRow.ts'
import type { FaultScript } from './faultScript.ts'
import { runSimulation, type Simulation } from './runSimulation.ts'

export interface SimulateOptions {
  /** Seed of the scripts; the one that a failure prints runs it again. Default 0. */
  readonly seed?: number
  /** How many scripts are drawn. Default 20. */
  readonly runs?: number
  /** What may go wrong in one script at most. Default 4. */
  readonly maxFaults?: number
  /** True: sources may give what they read twice, as a queue may; for plans that take duplicates out (`dedupe`). Default false. */
  readonly duplicates?: boolean
  /**
   * A new, empty store for each simulation, of any kind: what it has kept is what a process finds after a crash. Default
   * memoryStore; the others take their real time.
   */
  readonly store?: () => StateStore
  /** What the runs promise. Default 'exactly-once'. */
  readonly guarantee?: Guarantee
}

/**
 * Runs a pipeline under virtual time while its processes crash, its sinks and its store are slow or fail, and checks what
 * the run's guarantee promises against a run without faults (P28). 'exactly-once': exactly-once sinks end with the same
 * rows in the same order, and the others are given each row at least as often. 'at-least-once': every sink is.
 * 'at-most-once': no element is read into the pipeline twice, so that no sink behind element-wise steps is given a row
 * more often. Calls of `mapAsync` fail, run out of time and are retried as it says; rows whose order hangs on how long calls
 * take are compared without it. Processing time moves by a millisecond with each element that is read. Sources must be bounded and replayable, and all steps with state named; the plan's own sinks are not
 * written to.
 *
 *     await simulate(p.plan(), { seed: 7, runs: 100 })
 *
 * Rejects with the shortest script that fails, its seed and the rows that differ; `simulateOnce` runs that script alone.
 */
export async function simulate(plan: Plan, options: SimulateOptions = {}): Promise<void> {
  const { seed = 0, runs = 20, maxFaults = 4, duplicates = false } = options
  await fc.assert(
    fc.asyncProperty(faultScripts({ maxFaults, duplicates }), async (script) => {
      await simulateOnce(plan, script, options)
    }),
    { seed, numRuns: runs },
  )
}

/** One simulation by a script, beside the same run without faults; answers how it went. Rejects as `simulate` does. */
export async function simulateOnce(
  plan: Plan,
  script: FaultScript,
  options: Pick<SimulateOptions, 'store' | 'guarantee'> = {},
): Promise<Simulation> {
  const { store = memoryStore, guarantee = 'exactly-once' } = options
  const expected = await runSimulation(plan, { ...script, faults: [] }, store(), 0, guarantee)
  return simulateBeside(expected, plan, script, options)
}

/** The same for many scripts that differ in their faults alone: `expected` is how the run without any went. */
export async function simulateBeside(
  expected: Simulation,
  plan: Plan,
  script: FaultScript,
  { store = memoryStore, guarantee = 'exactly-once' }: Pick<SimulateOptions, 'store' | 'guarantee'> = {},
): Promise<Simulation> {
  const actual = await runSimulation(plan, script, store(), expected.calls, guarantee)
  for (const { path, spec } of plan.nodes) {
    if (spec.kind !== 'write') continue
    const promised = spec.sink.delivery === 'exactly-once' || guarantee === 'at-most-once' ? guarantee : 'at-least-once'
    const compare = promised === 'exactly-once' && !hasOrder(plan, path) ? differentRows : DIFFERENCES[promised]
    const difference = compare(expected.rows[path] ?? [], actual.rows[path] ?? [])
    if (difference !== undefined) {
      const times = `${actual.crashes} crashes and ${actual.failures} failures`
      throw new Error(`${promised}: after ${times} the sink of "${path}" holds other rows than without:\n${difference}`)
    }
  }
  return actual
}

type Rows = readonly SinkRow<unknown>[]

/** What each guarantee forbids, as text; undefined where it is kept. */
const DIFFERENCES: Readonly<Record<Guarantee, (expected: Rows, actual: Rows) => string | undefined>> = {
  'exactly-once': (expected, actual) =>
    diffTable({
      expected,
      actual,
      isMatch: (a, e) => sameValue({ ...a }, { ...e }),
      showActual: showRow,
      showExpected: showRow,
    }),
  'at-least-once': (expected, actual) => notIn(expected, actual, '-'),
  'at-most-once': (expected, actual) => notIn(actual, expected, '+'),
}

/** The same rows, in whatever order. */
function differentRows(expected: Rows, actual: Rows): string | undefined {
  const differences = [notIn(expected, actual, '-'), notIn(actual, expected, '+')].filter((each) => each !== undefined)
  return differences.length === 0 ? undefined : differences.join('\n')
}

/** False where the order of a sink's rows hangs on how long calls take: they end in any, or meet what does not wait for them. */
function hasOrder(plan: Plan, write: string): boolean {
  const before = new Set<string>([write])
  for (const path of before) {
    for (const input of plan.nodes.find((node) => node.path === path)?.inputs ?? []) before.add(input.node)
  }
  const specs = plan.nodes.filter(({ path }) => before.has(path)).map(({ spec }) => spec)
  if (specs.some((spec) => spec.kind === 'async' && spec.order === 'any')) return false
  return !(specs.some(({ kind }) => kind === 'async') && specs.some(({ kind }) => kind === 'flatten'))
}

/** Rows that others hold less often. */
function notIn(rows: Rows, others: Rows, mark: string): string | undefined {
  const left = others.map((row) => ({ ...row }))
  const missing = rows.filter((row) => {
    const found = left.findIndex((other) => sameValue(other, { ...row }))
    if (found >= 0) left.splice(found, 1)
    return found < 0
  })
  return missing.length === 0 ? undefined : missing.map((row) => `  ${mark} ${showRow(row)}`).join('\n')
}
