/** P28 on files: what lmdb has kept is what the next process goes on from, whatever step it was that a crash met. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lmdbStore } from '../../src/state/lmdb.ts'
import type { FaultScript } from '../../src/testing/simulation/faultScript.ts'
import { simulateOnce } from '../../src/testing/simulation/simulate.ts'
import { temporaryFolder } from '../io/temporaryFolder.ts'
import { CRASHED_STEPS, crashedPlan } from './support/crashedPlans.ts'
import { arrivals, livePlan } from './support/livePlans.ts'
import { single } from './support/plans.ts'
import { ALL_KINDS, livelyWindowings } from './support/windowings.ts'

const folder = temporaryFolder()
let stores = 0
const store = () => lmdbStore(folder.path(`store ${stores++}`))

/** Crashes before and in the middle of what the store is asked for, and where nothing was asked. */
const script: FaultScript = {
  faults: [
    { at: 420, kind: 'crash after' },
    { at: 500, kind: 'slow' },
    { at: 650, kind: 'crash' },
  ],
  quantum: 3,
  interleaving: 5,
  bundleSize: 2,
  every: 4,
  readTurns: 8,
  keysInMemory: 1,
}
const [elements = []] = fc.sample(arrivals(24, 24), { numRuns: 1, seed: 7 })
const input = { elements, splits: 2, bound: 6 }

test.each(CRASHED_STEPS)('P28 on lmdb: %s', async (step) => {
  const { crashes, resumes } = await simulateOnce(crashedPlan(step, input), script, { store })
  expect({ crashes, isResumed: resumes > 0 }).toEqual({ crashes: 2, isResumed: true })
})

test.each(ALL_KINDS)('P28 on lmdb: %s windows', async (kind) => {
  const windowings = fc.sample(livelyWindowings({ kinds: [kind] }), { numRuns: 2, seed: 7 })
  for (const windowing of windowings) {
    const plan = livePlan(single, windowing, windowing, input)
    const { crashes, resumes } = await simulateOnce(plan, script, { store })
    expect({ crashes, isResumed: resumes > 0 }).toEqual({ crashes: 2, isResumed: true })
  }
})

test('a script goes the same way each time, however long the files take', async () => {
  const plan = crashedPlan('updateStateByKey', input)
  const calls = new Set<number>()
  for (let run = 0; run < 4; run++) calls.add((await simulateOnce(plan, script, { store })).calls)
  expect(calls.size).toBe(1)
})
