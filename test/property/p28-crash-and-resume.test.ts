/**
 * P28: a run that crashes, at any call to the outside, and is resumed from its store ends with the same contents of its
 * sinks as one that does not: for every shape of plan, kind of windows, trigger and mode, with failing and slow sinks
 * between, whatever the quantum, the bundles and the distance of checkpoints.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collectTo } from '../../src/io/toArray.ts'
import { faultScripts } from '../../src/testing/arbitraries/faultScripts.ts'
import type { WindowingDescription } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { simulateBeside, simulateOnce } from '../../src/testing/simulation/simulate.ts'
import { map } from '../../src/transforms/map.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { write } from '../../src/transforms/write.ts'
import { countPanes } from './support/countRows.ts'
import { checkLiveLaw, type Reached, reach } from './support/law.ts'
import { type Arrival, arrivals, livePlan, liveRead, sinkName } from './support/livePlans.ts'
import { acceptedPlan, GROUP, READ, SHAPES } from './support/plans.ts'
import { ALL_KINDS, livelyWindowings } from './support/windowings.ts'

const windowings = livelyWindowings({ kinds: ALL_KINDS })

test.each(Object.entries(SHAPES))('P28: crashes leave no trace in the sinks of a plan: %s', async (_name, shape) => {
  const reached: Reached = { EARLY: 0, ON_TIME: 0, crashes: 0, failures: 0, 'two crashes': 0, resumes: 0 }
  const input = fc.record({ elements: arrivals(30, 15), splits: fc.constantFrom(1, 2), bound: fc.nat({ max: 6 }) })
  await checkLiveLaw(
    fc.asyncProperty(windowings, windowings, input, faultScripts(), async (windowing, then, drawn, script) => {
      if (acceptedPlan(shape, windowing, then) === undefined) return
      const plan = livePlan(shape, windowing, then, drawn)
      const { rows, crashes, failures, resumes } = await simulateOnce(plan, script)
      countPanes(reached, rows[sinkName(GROUP)] ?? [])
      reach(reached, 'crashes', crashes)
      reach(reached, 'failures', failures)
      reach(reached, 'resumes', resumes)
      if (crashes > 1) reach(reached, 'two crashes')
    }),
    25,
    reached,
  )
})

test('P28: a crash at any one call to the outside leaves no trace, from the last to the first', async () => {
  const elements = Array.from({ length: 6 }, (_, id): Arrival => {
    return { value: { key: 'a', amount: id, isMarker: false, id }, at: 2 * id }
  })
  const [drawn] = fc.sample(livelyWindowings(), { numRuns: 1, seed: 7 })
  if (drawn === undefined) throw new Error('one is drawn')
  // One pane fires on the way, and one at the end of input.
  const windowing: WindowingDescription = {
    ...drawn,
    window: { kind: 'tumbling', size: 6, offset: 0 },
    trigger: { kind: 'default' },
    allowedLateness: 0,
    panes: 'accumulating',
    onTime: 'fireAlways',
  }
  const plan = livePlan(SHAPES.single, windowing, windowing, { elements, splits: 1, bound: 0 })
  const script = { quantum: 2, interleaving: 0, bundleSize: 2, every: 2, readTurns: 2 }
  const expected = await simulateOnce(plan, { ...script, faults: [] })
  const { calls, rows } = expected
  expect(rows[sinkName(GROUP)]).toHaveLength(2)
  for (let call = calls - 1; call >= 0; call--) {
    for (const kind of ['crash', 'crash after', 'fail'] as const) {
      const faults = [{ at: Math.ceil((call * 1000) / calls), kind }]
      const { crashes, failures } = await simulateBeside(expected, plan, { ...script, faults })
      expect({ call, kind, times: crashes + failures }).toEqual({ call, kind, times: 1 })
    }
  }
})

test.each([
  ['at-least-once' as const, 'loses'],
  ['at-most-once' as const, 'repeats'],
])('P28: %s: a crash %s no row of element-wise steps', async (guarantee, _does) => {
  const reached: Reached = { crashes: 0, resumes: 0, differing: 0 }
  const input = fc.record({ elements: arrivals(30, 15), splits: fc.constantFrom(1, 2), bound: fc.constant(0) })
  await checkLiveLaw(
    fc.asyncProperty(input, faultScripts(), async ({ elements, splits, bound }, script) => {
      const p = pipeline('law')
      liveRead(
        p,
        elements,
        splits,
        bound,
      )(READ).pipe(
        map(({ id }) => id, { name: 'ids' }),
        write(collectTo<number>([]), { name: 'out' }),
      )
      const { rows, crashes, resumes } = await simulateOnce(p.plan(), script, { guarantee })
      reach(reached, 'crashes', crashes)
      reach(reached, 'resumes', resumes)
      // The weaker guarantees are weaker: some runs show it.
      if (rows.out?.length !== elements.length) reach(reached, 'differing')
    }),
    60,
    reached,
  )
})

test('P28: at-most-once: a read that gives nothing takes back no claim of the run before', async () => {
  const elements = Array.from({ length: 18 }, (_, id): Arrival => {
    return { value: { key: 'a', amount: 0, isMarker: false, id }, at: 2 * id }
  })
  const p = pipeline('law')
  liveRead(
    p,
    elements,
    1,
    0,
  )(READ).pipe(
    map(({ id }) => id, { name: 'ids' }),
    write(collectTo<number>([]), { name: 'out' }),
  )
  const { crashes } = await simulateOnce(
    p.plan(),
    {
      faults: [
        { at: 722, kind: 'crash after' },
        { at: 676, kind: 'crash' },
      ],
      quantum: 2,
      interleaving: 323,
      bundleSize: 2,
      every: 1,
      readTurns: 16,
    },
    { guarantee: 'at-most-once' },
  )
  expect(crashes).toBe(2)
})
