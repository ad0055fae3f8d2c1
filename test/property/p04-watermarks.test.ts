/**
 * P4: watermarks never fall; the output of a grouping never passes its input, nor any of its live holds (R27). Holds are
 * read from a snapshot after each step.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type LocalRunLog, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import { emittedBy } from './support/emitted.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { liveHolds } from './support/liveState.ts'
import { acceptedPlan, CHAINS, groupsOf, OTHER_READ, READ, SHAPES } from './support/plans.ts'
import { ALL_KINDS, livelyWindowings } from './support/windowings.ts'

const windowings = livelyWindowings({ kinds: ALL_KINDS, unsafe: true })

test.each(Object.entries(CHAINS))('P4: watermarks rise, below inputs and holds: %s', (name, shape) => {
  const splits = name === 'twoReads' ? { [READ]: ['0', '1'], [OTHER_READ]: ['0'] } : { [READ]: ['0', '1'] }
  const logs = interleavedLogs({ splits, maxSteps: 16, allowedLateness: 3, atomic: true })
  const reached: Reached = { raised: 0, elementHold: 0, gcHold: 0, atHold: 0 }
  if (shape === SHAPES.single) reached.behindInput = 0
  checkLaw(
    fc.property(windowings, windowings, logs, (windowing, then, log) => {
      const plan = acceptedPlan(shape, windowing, then)
      if (plan === undefined) return
      const run = startStepRun(plan, log)
      for (const step of log.steps) {
        run.apply(step)
        const { nodes } = run.snapshot()
        for (const { path, input } of groupsOf(plan)) {
          const output = emittedBy(run.log(), path).watermark
          const holds = liveHolds(nodes[path])
          expect(output).toBeLessThanOrEqual(emittedBy(run.log(), input).watermark)
          expect(output).toBeLessThanOrEqual(Math.min(...holds))
          expect(emittedBy(run.log(), `${path}:late`).watermark).toBe(output)

          if (output < emittedBy(run.log(), input).watermark) reach(reached, 'behindInput')
          if (holds.some((hold, at) => at % 2 === 0 && Number.isFinite(hold))) reach(reached, 'elementHold')
          if (holds.some((hold, at) => at % 2 === 1 && Number.isFinite(hold))) reach(reached, 'gcHold')
          if (holds.includes(output)) reach(reached, 'atHold')
        }
      }
      for (const port of Object.keys(run.log().watermarks)) expect(falls(run.log(), port)).toEqual([])
      reach(reached, 'raised', run.log().watermarks[READ]?.length ?? 0)
    }),
    80,
    reached,
  )
})

/** The places at which a port's watermark did not rise. */
function falls(log: LocalRunLog, port: string): number[] {
  const moves = log.watermarks[port] ?? []
  return moves.flatMap(({ watermark }, at) => (at > 0 && watermark <= (moves[at - 1]?.watermark ?? 0) ? [at] : []))
}
