import fc from 'fast-check'
import type { Fault, FaultKind, FaultScript } from '../simulation/faultScript.ts'

export interface FaultScriptOptions {
  /** At least one strikes; default 4. */
  readonly maxFaults?: number
  /** Whether sources may give elements twice; false when left out. Then the plan must take them out again. */
  readonly duplicates?: boolean
}

/**
 * Scripts for `simulateOnce`: small quanta and frequent checkpoints, so that crashes fall before, into and after them.
 * They shrink to fewer and earlier faults, and to slowness before crashes.
 *
 * @example
 * fc.asyncProperty(faultScripts(), async (script) => { await simulateOnce(plan, script) })
 */
export function faultScripts({
  maxFaults = 4,
  duplicates = false,
}: FaultScriptOptions = {}): fc.Arbitrary<FaultScript> {
  // Most faults strike in the middle of the input: before it there is nothing to go on from, and after it little is left.
  const at = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 300, max: 800 }) },
    { weight: 1, arbitrary: fc.nat({ max: 1300 }) },
  )
  const fault: fc.Arbitrary<Fault> = fc.record({
    at,
    kind: fc.constantFrom<FaultKind>(
      'slow',
      ...(duplicates ? (['twice'] as const) : []),
      'fail',
      'crash',
      'crash after',
    ),
  })
  return fc.record({
    faults: fc.uniqueArray(fault, { minLength: 1, maxLength: maxFaults, selector: (each) => each.at, size: 'max' }),
    quantum: fc.integer({ min: 1, max: 5 }),
    interleaving: fc.nat({ max: 1000 }),
    bundleSize: fc.integer({ min: 1, max: 5 }),
    every: fc.integer({ min: 1, max: 6 }),
    readTurns: fc.constantFrom(16, 8, 0),
    keysInMemory: fc.constantFrom(1000, 2, 1),
  })
}
