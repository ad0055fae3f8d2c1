import fc from 'fast-check'
import type { Plan } from '../../core/graph.ts'
import type { SinkRow } from '../../core/sink.ts'
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
  /** A new store for each simulation. Default memoryStore. */
  readonly store?: () => StateStore
}

/**
 * Runs a pipeline under virtual time while its processes crash, its sinks and its store are slow or fail, and checks that
 * the sinks end with what they hold after a run without faults (P28): exactly, in order, for exactly-once sinks; each row
 * at least as often for the others. Sources must be bounded and replayable, and all steps with state named; the plan's
 * own sinks are not written to.
 *
 *     await simulate(p.plan(), { seed: 7, runs: 100 })
 *
 * Rejects with the shortest script that fails, its seed and the rows that differ; `simulateOnce` runs that script alone.
 */
export async function simulate(plan: Plan, options: SimulateOptions = {}): Promise<void> {
  const { seed = 0, runs = 20, maxFaults = 4, store = memoryStore } = options
  await fc.assert(
    fc.asyncProperty(faultScripts({ maxFaults }), async (script) => {
      await simulateOnce(plan, script, store)
    }),
    { seed, numRuns: runs },
  )
}

/** One simulation by a script, beside the same run without faults; answers how it went. Rejects as `simulate` does. */
export async function simulateOnce(
  plan: Plan,
  script: FaultScript,
  store: () => StateStore = memoryStore,
): Promise<Simulation> {
  const expected = await runSimulation(plan, { ...script, faults: [] }, store(), 0)
  const actual = await runSimulation(plan, script, store(), expected.calls)
  for (const { path, spec } of plan.nodes) {
    if (spec.kind !== 'write') continue
    const isExact = spec.sink.delivery === 'exactly-once'
    const difference = isExact
      ? differenceOf(expected.rows[path] ?? [], actual.rows[path] ?? [])
      : missingFrom(expected.rows[path] ?? [], actual.rows[path] ?? [])
    if (difference !== undefined) {
      const times = `${actual.crashes} crashes and ${actual.failures} failures`
      throw new Error(`after ${times} the sink of "${path}" holds other rows than without:\n${difference}`)
    }
  }
  return actual
}

function differenceOf(expected: readonly SinkRow<unknown>[], actual: readonly SinkRow<unknown>[]): string | undefined {
  return diffTable({
    expected,
    actual,
    isMatch: (a, e) => sameValue({ ...a }, { ...e }),
    showActual: showRow,
    showExpected: showRow,
  })
}

/** Rows that an at-least-once sink was not given as often as it should have been. */
function missingFrom(expected: readonly SinkRow<unknown>[], actual: readonly SinkRow<unknown>[]): string | undefined {
  const left = actual.map((row) => ({ ...row }))
  const missing = expected.filter((row) => {
    const found = left.findIndex((given) => sameValue(given, { ...row }))
    if (found >= 0) left.splice(found, 1)
    return found < 0
  })
  return missing.length === 0 ? undefined : missing.map((row) => `  - ${showRow(row)}`).join('\n')
}
