import fc from 'fast-check'
import type { Fault, FaultScript } from '../simulation/faultScript.ts'

export interface FaultScriptOptions {
  /** Default 4. */
  readonly maxFaults?: number
  /** Calls to the outside among which faults strike. Default 60. */
  readonly within?: number
}

/**
 * Scripts for `simulateOnce`: small quanta and frequent checkpoints, so that crashes fall before, into and after them.
 * They shrink to fewer and earlier faults, and to slowness before crashes.
 *
 * @example
 * fc.asyncProperty(faultScripts(), async (script) => { await simulateOnce(plan, script) })
 */
export function faultScripts({ maxFaults = 4, within = 60 }: FaultScriptOptions = {}): fc.Arbitrary<FaultScript> {
  const fault: fc.Arbitrary<Fault> = fc.record({
    at: fc.nat({ max: within }),
    kind: fc.constantFrom('slow' as const, 'fail' as const, 'crash' as const, 'crash after' as const),
  })
  return fc.record({
    faults: fc.uniqueArray(fault, { maxLength: maxFaults, selector: ({ at }) => at }),
    quantum: fc.integer({ min: 1, max: 5 }),
    bundleSize: fc.integer({ min: 1, max: 5 }),
    every: fc.integer({ min: 1, max: 9 }),
  })
}
