/**
 * P28 for each kind of windows, trigger and mode, and each step that keeps state or calls out: all are met by crashes after
 * which a run goes on in the middle of its input. The counts say so of every one of them.
 */
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { faultScripts } from '../../src/testing/arbitraries/faultScripts.ts'
import { simulateOnce } from '../../src/testing/simulation/simulate.ts'
import { CRASHED_STEPS, crashedPlan } from './support/crashedPlans.ts'
import { checkUntilReached, type Reached, reach } from './support/law.ts'
import { arrivals, livePlan } from './support/livePlans.ts'
import { acceptedPlan, type Shape, single } from './support/plans.ts'
import { kindsIn, TRIGGER_KINDS } from './support/triggerKinds.ts'
import { UNUSUAL_SHAPES } from './support/unusualShapes.ts'
import { ALL_KINDS, livelyWindowings } from './support/windowings.ts'

const input = fc.record({
  elements: arrivals(30, 15),
  splits: fc.constantFrom(1, 2, 3),
  bound: fc.constantFrom(16, 4),
})

describe('P28: crashes leave no trace in what a step gives', () => {
  test.each(CRASHED_STEPS)('%s', async (step) => {
    const isRetried = step === 'mapAsync with retries and timeouts'
    const reached: Reached = { crashes: 0, resumes: 0, rows: 0, ...(isRetried && { retries: 0 }) }
    await checkUntilReached(
      fc.asyncProperty(input, faultScripts(), async (drawn, script) => {
        const { rows, crashes, resumes, retries } = await simulateOnce(crashedPlan(step, drawn), script)
        reach(reached, 'crashes', crashes)
        reach(reached, 'resumes', resumes)
        reach(reached, 'retries', retries)
        reach(reached, 'rows', rows.out?.length ?? 0)
      }),
      8,
      reached,
    )
  })
})

/** Windows of the kit's kinds, and of an author's own. */
const WINDOWS: Readonly<Record<string, Shape>> = {
  ...Object.fromEntries(ALL_KINDS.map((kind) => [kind, single])),
  'custom aligned': UNUSUAL_SHAPES.customAligned,
  'custom merging': UNUSUAL_SHAPES.customMerging,
  'custom trigger': UNUSUAL_SHAPES.customTriggered,
}
test('P28: every kind of windows, trigger and mode is met by a crash, and goes on from a checkpoint', async () => {
  const modes = ['discarding', 'accumulating', 'retracting']
  const reached: Reached = Object.fromEntries(
    [...Object.keys(WINDOWS), ...TRIGGER_KINDS, ...modes].map((name) => [name, 0]),
  )
  const windowed = fc.constantFrom(...Object.keys(WINDOWS)).chain((name) => {
    const kind = ALL_KINDS.find((each) => each === name)
    return fc.tuple(fc.constant(name), livelyWindowings({ kinds: [kind ?? 'tumbling'], unsafe: true }))
  })
  await checkUntilReached(
    fc.asyncProperty(windowed, input, faultScripts(), async ([name, windowing], drawn, script) => {
      const shape = WINDOWS[name] as Shape
      if (acceptedPlan(shape, windowing) === undefined) return
      const { crashes, resumes } = await simulateOnce(livePlan(shape, windowing, windowing, drawn), script)
      if (crashes === 0 || resumes === 0) return
      for (const met of new Set([name, windowing.panes, ...kindsIn(windowing.trigger)])) reach(reached, met)
    }),
    45,
    reached,
  )
})

test('P28: what a source gives twice is given once by dedupe, whatever crashes', async () => {
  const reached: Reached = { crashes: 0, resumes: 0, duplicates: 0 }
  await checkUntilReached(
    fc.asyncProperty(arrivals(30, 15), faultScripts({ duplicates: true }), async (elements, script) => {
      // The watermark stays behind all of them: nothing that comes again is late.
      const plan = crashedPlan('dedupe', { elements, splits: 1, bound: 1000 })
      const { crashes, resumes, duplicates } = await simulateOnce(plan, script)
      reach(reached, 'crashes', crashes)
      reach(reached, 'resumes', resumes)
      reach(reached, 'duplicates', duplicates)
    }),
    15,
    reached,
  )
})
