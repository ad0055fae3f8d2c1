/** P28 in a browser: what IndexedDB has kept is what the next page goes on from. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { indexeddbStore } from '../../src/state/indexeddb.ts'
import type { FaultScript } from '../../src/testing/simulation/faultScript.ts'
import { simulateOnce } from '../../src/testing/simulation/simulate.ts'
import { CRASHED_STEPS, crashedPlan } from '../property/support/crashedPlans.ts'
import { arrivals } from '../property/support/livePlans.ts'

let stores = 0
const script: FaultScript = {
  faults: [
    { at: 420, kind: 'crash after' },
    { at: 650, kind: 'crash' },
  ],
  quantum: 3,
  interleaving: 5,
  bundleSize: 2,
  every: 4,
  readTurns: 8,
}
const [elements = []] = fc.sample(arrivals(24, 24), { numRuns: 1, seed: 7 })

test.each(CRASHED_STEPS)('P28 on IndexedDB: %s', async (step) => {
  const store = () => indexeddbStore(`crashes ${stores++}`)
  const { crashes, resumes } = await simulateOnce(crashedPlan(step, { elements, splits: 2, bound: 6 }), script, {
    store,
  })
  expect({ crashes, isResumed: resumes > 0 }).toEqual({ crashes: 2, isResumed: true })
})
