/**
 * The local runner gives, row for row and with the same watermarks between them, what the executable specification in
 * docs/reference-runner gives: for every shape of plan, every kind of windows, trigger and mode, several splits and reads,
 * idleness, atomic bundles and clock moves, whatever the local runner's own options are.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { referenceTrace } from '../../docs/reference-runner/run.ts'
import { isDataflowError } from '../../src/core/errors.ts'
import type { Plan } from '../../src/core/graph.ts'
import type { RunLog } from '../../src/core/stepLog.ts'
import { runStepLog, type StepRunOptions } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import type { WindowingDescription } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { countDrops, countPanes } from './support/countRows.ts'
import { type Emitted, emittedBy, emittedByReference, emittedLines } from './support/emitted.ts'
import { checkLaw, type Reached } from './support/law.ts'
import { acceptedPlan, GROUP, LATE, OTHER_READ, planOf, READ, resultPorts, SECOND, SHAPES } from './support/plans.ts'
import { rowText, text } from './support/rowText.ts'
import { DEFAULT_WINDOWING, el, end } from './support/scripts.ts'
import { UNUSUAL_SHAPES } from './support/unusualShapes.ts'
import { ALL_KINDS, livelyWindowings } from './support/windowings.ts'

const windowings = livelyWindowings({ kinds: ALL_KINDS, unsafe: true })
const runOptions: fc.Arbitrary<StepRunOptions> = fc.record({
  mayGenerate: fc.boolean(),
  mayFuse: fc.boolean(),
  strictCoders: fc.boolean(),
  bundleSize: fc.constantFrom(1, 2, 5, 1000),
})

test.each(Object.entries({ ...SHAPES, ...UNUSUAL_SHAPES }))(
  'the local runner conforms to the reference: %s',
  (name, shape) => {
    const logs = interleavedLogs({
      splits: name === 'twoReads' ? { [READ]: ['0', '1'], [OTHER_READ]: ['0'] } : { [READ]: ['0', '1'] },
      allowedLateness: 3,
      atomic: true,
      maxSteps: 14,
    })
    const reached: Reached = { EARLY: 0, ON_TIME: 0, atomic: 0, clock: 0, idle: 0 }
    checkLaw(
      fc.property(windowings, windowings, logs, runOptions, (windowing, then, log, options) => {
        const plan = acceptedPlan(shape, windowing, then)
        if (plan === undefined) return
        const expected = outcomeOf(plan, () => {
          const trace = referenceTrace(plan, log)
          return { run: trace, emitted: (port) => emittedByReference(trace, port) }
        })
        const actual = outcomeOf(plan, () => {
          // Errors in rows of a failed output have no coder.
          const run = runStepLog(plan, log, name === 'sidePorts' ? { ...options, strictCoders: false } : options)
          return { run, emitted: (port) => emittedBy(run, port) }
        })
        expect(actual.lines).toEqual(expected.lines)
        countPanes(reached, actual.run?.rows[GROUP] ?? [])
        countDrops(reached, actual.run?.rows[LATE] ?? [])
        for (const { kind } of log.steps) if (reached[kind] !== undefined) reached[kind]++
      }),
      70,
      reached,
    )
  },
)

test('an unkeyed grouping of keyed rows takes them as one key', () => {
  const windowing: WindowingDescription = { ...DEFAULT_WINDOWING, window: { kind: 'tumbling', size: 10, offset: 0 } }
  const plan = planOf(SHAPES.aggregated, windowing)
  const { rows } = runStepLog(plan, { startAt: 0, steps: [el('a', 1, 3), el('b', 2, 4), end] })
  expect((rows[SECOND] ?? []).map(rowText)).toEqual(['undefined [0,10) 1.5@9 ON_TIME 0/0 first last'])
})

interface Outcome {
  readonly lines: readonly string[]
  readonly run?: RunLog
}

/** Everything that a run gave, line by line; where it failed, how. */
function outcomeOf(plan: Plan, start: () => { run: RunLog; emitted: (port: string) => Emitted }): Outcome {
  try {
    const { run, emitted } = start()
    const rows = resultPorts(plan).flatMap((port) => [`-- ${port}`, ...emittedLines(emitted(port))])
    return { run, lines: [...rows, '-- groups', ...run.groups.map(text)] }
  } catch (error) {
    if (isDataflowError(error)) return { lines: [error.code] }
    throw error
  }
}
