/**
 * P22: the same script gives a log that is the same byte for byte: run twice, with and without generated code, and on any
 * iteration order of the engine's maps while it runs: a map that is walked must have its order set right afterwards, or be
 * walked by something whose result does not depend on it. Maps are in order while the plan is wired, which is its order.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from '../../src/core/graph.ts'
import type { LogStep, StepLog } from '../../src/core/stepLog.ts'
import { MAX_TIMESTAMP } from '../../src/core/time.ts'
import { type LocalRunLog, runStepLog, type StepRunOptions, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import { countPanes } from './support/countRows.ts'
import { emittedBy, emittedLines } from './support/emitted.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { acceptedPlan, GROUP, OTHER_READ, READ, resultPorts, SHAPES } from './support/plans.ts'
import { text } from './support/rowText.ts'
import { wm } from './support/scripts.ts'
import { withShuffledMaps } from './support/shuffledMaps.ts'
import { ALL_KINDS, livelyWindowings } from './support/windowings.ts'

const windowings = livelyWindowings({ kinds: ALL_KINDS, unsafe: true })

test.each(Object.entries(SHAPES))('P22: one script, one log, byte for byte: %s', (name, shape) => {
  const splits = name === 'twoReads' ? { [READ]: ['0', '1'], [OTHER_READ]: ['0'] } : { [READ]: ['0', '1'] }
  const logs = interleavedLogs({ splits, maxSteps: 14, allowedLateness: 3, atomic: true, ends: false }).map(
    endedInOrder,
  )
  const reached: Reached = { EARLY: 0, ON_TIME: 0, sameMoment: 0 }
  // Not every driver and combiner walks a map that holds several entries.
  if (name !== 'diamond') reached.shuffled = 0
  checkLaw(
    fc.property(windowings, windowings, logs, fc.nat(), (windowing, then, log, seed) => {
      const plan = acceptedPlan(shape, windowing, then)
      if (plan === undefined) return
      const first = bytesOf(plan, log)
      expect(bytesOf(plan, log)).toBe(first)
      expect(bytesOf(plan, log, { mayGenerate: false })).toBe(first)
      expect(bytesOf(plan, log, { mayGenerate: false, mayFuse: false })).toBe(first)
      const run = startStepRun(plan, log)
      const walks = withShuffledMaps(seed, () => run.apply(...log.steps))
      expect(textOf(plan, run.log())).toBe(first)

      const rows = run.log().rows[GROUP] ?? []
      countPanes(reached, rows)
      reach(reached, 'shuffled', walks)
      if (rows.some((row, at) => at > 0 && row.timestamp === rows[at - 1]?.timestamp)) reach(reached, 'sameMoment')
    }),
    50,
    reached,
  )
})

function bytesOf(plan: Plan, log: StepLog, options: StepRunOptions = {}): string {
  return textOf(plan, runStepLog(plan, log, options))
}

/** Everything a run says, as one text: rows with their watermarks, port by port, and the counters. */
function textOf(plan: Plan, run: LocalRunLog): string {
  const ports = resultPorts(plan).flatMap((port) => [`-- ${port}`, ...emittedLines(emittedBy(run, port))])
  return [...ports, '-- groups', ...run.groups.map(text)].join('\n')
}

/** Splits end in the order in which they are known (R117), which a map keeps; here the script itself says it. */
function endedInOrder(log: StepLog): StepLog {
  const ends = Object.entries(log.splits ?? {}).flatMap(([read, names]) =>
    names.flatMap((split): LogStep[] => [{ kind: 'active', read, split }, wm(MAX_TIMESTAMP, { read, split })]),
  )
  return { ...log, steps: [...log.steps, ...ends] }
}
