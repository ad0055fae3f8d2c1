/**
 * P11 for what checkpoints take of a run: a chain of barriers, each of whose captures says what changed since the one before
 * and is read bit by bit while the run goes on, gives a fresh run the state that the first had at the last of them.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from '../../src/core/graph.ts'
import { type LocalRunLog, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import {
  type WindowingDescription,
  windowingDescriptions,
} from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { CaptureChains, captures } from './support/captureChain.ts'
import { countPanes } from './support/countRows.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { acceptedPlan, GROUP, OTHER_READ, READ, resultPorts, SHAPES, type Shape } from './support/plans.ts'
import { rowText, text } from './support/rowText.ts'
import { ALL_KINDS, livelyWindowings, SEQUENCE_KINDS, slicedWindowings } from './support/windowings.ts'

const windowings = livelyWindowings({ kinds: ALL_KINDS, unsafe: true })
test.each(Object.entries(SHAPES))('P11: a chain of barriers gives back the state of a run: %s', (name, shape) => {
  const reached: Reached = { EARLY: 0, ON_TIME: 0, parts: 0, gone: 0, unread: 0, rowsAfter: 0 }
  const hasTwoReads = name === 'twoReads'
  checkChains(reached, 60, shape, windowings, hasTwoReads)
})

/** Windowings for which groupings have drivers of their own. */
const DRIVERS: Readonly<Record<string, fc.Arbitrary<WindowingDescription>>> = {
  'slices of overlapping windows': slicedWindowings,
  'merging windows': livelyWindowings({ kinds: ['session'] }),
}

test.each(Object.entries(DRIVERS))('P11: a chain of barriers gives back what changed of %s', (_, drawn) => {
  const reached: Reached = { ON_TIME: 0, parts: 0, gone: 0, unread: 0, rowsAfter: 0 }
  checkChains(reached, 150, SHAPES.aggregated as Shape, drawn)
  checkChains(reached, 150, SHAPES.single as Shape, drawn)
})

test('P11: a chain of barriers gives back what changed of sequence windows', () => {
  const reached: Reached = { ON_TIME: 0, parts: 0, unread: 0, readLater: 0, rowsAfter: 0 }
  const drawn = windowingDescriptions({ kinds: SEQUENCE_KINDS })
  checkChains(reached, 150, SHAPES.aggregated as Shape, drawn)
  checkChains(reached, 150, SHAPES.single as Shape, drawn)
})

function checkChains(
  reached: Reached,
  runs: number,
  shape: Shape,
  windowings: fc.Arbitrary<WindowingDescription>,
  hasTwoReads = false,
): void {
  const splits = hasTwoReads ? { [READ]: ['0', '1'], [OTHER_READ]: ['0'] } : { [READ]: ['0', '1'] }
  const logs = interleavedLogs({ splits, maxSteps: 18, keys: 2, allowedLateness: 3, atomic: true })
  checkLaw(
    fc.property(windowings, windowings, logs, captures, fc.nat(), (windowing, then, log, drawn, seed) => {
      const plan = acceptedPlan(shape, windowing, then)
      if (plan === undefined) return
      const run = startStepRun(plan, log)
      const chains = new CaptureChains(reached)
      const cut = seed % (log.steps.length + 1)
      for (const [at, step] of log.steps.slice(0, cut).entries()) {
        run.apply(step)
        const { reads, begins } = drawn[at % drawn.length] ?? { reads: 0, begins: false }
        chains.read(reads)
        if (begins) chains.begin(run)
      }
      const { now, ordinal } = chains.begin(run)
      const before = linesOf(plan, run.log())
      // What happens from here on changes nothing of what was captured.
      run.apply(...log.steps.slice(cut))
      const resumed = startStepRun(plan, log, { resume: { now, ordinal, nodes: chains.states() } })
      resumed.apply(...log.steps.slice(cut))
      run.close()
      resumed.close()
      const whole = linesOf(plan, run.log())
      const rest = linesOf(plan, resumed.log())
      for (const port of Object.keys(whole)) expect(rest[port]).toEqual(whole[port]?.slice(before[port]?.length))
      expect(resumed.log().groups.map(text)).toEqual(run.log().groups.map(text))
      if (Object.values(rest).some((lines) => lines.length > 0)) reach(reached, 'rowsAfter')
      countPanes(reached, run.log().rows[GROUP] ?? [])
    }),
    runs,
    reached,
  )
}

function linesOf(plan: Plan, log: LocalRunLog): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(resultPorts(plan).map((port) => [port, (log.rows[port] ?? []).map(rowText)]))
}
