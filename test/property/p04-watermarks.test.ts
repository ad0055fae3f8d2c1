/**
 * P4: watermarks never fall; the output of a grouping never passes its input, nor any of its live holds (R27). Holds are
 * read from a snapshot after each step.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_TIMESTAMP, MIN_TIMESTAMP } from '../../src/core/time.ts'
import { boundedOutOfOrderness } from '../../src/io/watermarks/boundedOutOfOrderness.ts'
import { type LocalRunLog, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import { windowedBy } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { withTimestamps } from '../../src/transforms/withTimestamps.ts'
import { emittedBy } from './support/emitted.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { liveHolds } from './support/liveState.ts'
import {
  acceptedPlan,
  CHAINS,
  GROUP,
  groupsOf,
  keyOf,
  OTHER_READ,
  planOf,
  READ,
  SHAPES,
  type Shape,
} from './support/plans.ts'
import { DEFAULT_WINDOWING, el, end, wm } from './support/scripts.ts'
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

test('P4: a step with an estimate of its own moves by that alone, whatever its input does (D15)', () => {
  const reached: Reached = { inputAhead: 0, inputBehind: 0, ended: 0 }
  const moves = fc.array(
    fc.oneof(
      fc.integer({ min: -5, max: 20 }).map((at) => el('a', 0, at)),
      fc.integer({ min: 1, max: 8 }).map((by) => by),
    ),
    { maxLength: 10 },
  )
  checkLaw(
    fc.property(moves, fc.nat({ max: 6 }), fc.boolean(), (drawn, bound, ends) => {
      const run = startStepRun(planOf(estimated(bound), DEFAULT_WINDOWING), { startAt: 0 })
      let input = -10
      let highest = Number.NEGATIVE_INFINITY
      for (const move of drawn) {
        if (typeof move === 'number') {
          input += move
          run.apply(wm(input))
        } else {
          run.apply(move)
          // The timestamp that the step gives is 7 before the one that the element came with.
          highest = Math.max(highest, ('timestamp' in move ? (move.timestamp ?? 0) : 0) - 7)
        }
        const estimate = highest === Number.NEGATIVE_INFINITY ? MIN_TIMESTAMP : highest - bound
        const { watermark } = emittedBy(run.log(), 'estimated')
        expect(watermark).toBe(estimate)
        if (watermark > MIN_TIMESTAMP) reach(reached, input > estimate ? 'inputAhead' : 'inputBehind')
      }
      if (!ends) return
      run.apply(end)
      expect(emittedBy(run.log(), 'estimated').watermark).toBe(MAX_TIMESTAMP)
      reach(reached, 'ended')
    }),
    100,
    reached,
  )
})

function estimated(bound: number): Shape {
  return (read, windowing, _then, combine) => {
    const stamped = read(READ).pipe(
      withTimestamps((_value, { timestamp }) => timestamp - 7, {
        name: 'estimated',
        watermark: boundedOutOfOrderness(bound),
      }),
    )
    return { [GROUP]: stamped.pipe(keyBy(keyOf), windowedBy(windowing), combinePerKey(combine, { name: GROUP })) }
  }
}

/** The places at which a port's watermark did not rise. */
function falls(log: LocalRunLog, port: string): number[] {
  const moves = log.watermarks[port] ?? []
  return moves.flatMap(({ watermark }, at) => (at > 0 && watermark <= (moves[at - 1]?.watermark ?? 0) ? [at] : []))
}
