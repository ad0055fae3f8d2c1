/**
 * P2: the whole log (panes, drops, counters, late output) is the same for every cutting of the input into bundles, through
 * filters, diamonds and chained groupings. In scripts the cutting is drawn. In live runs it follows from the bundle size,
 * and the watermark in force at each element from the estimator alone (R110).
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from '../../src/core/bundle.ts'
import type { Plan } from '../../src/core/graph.ts'
import type { GroupAccounting } from '../../src/core/runner.ts'
import type { SinkRow } from '../../src/core/sink.ts'
import type { StepLog } from '../../src/core/stepLog.ts'
import { collectTo } from '../../src/io/toArray.ts'
import { type LocalRunOptions, localRunner } from '../../src/runners/local/localRunner.ts'
import { type LocalRunLog, runStepLog, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { type Pipeline, pipeline } from '../../src/transforms/pipeline.ts'
import { write } from '../../src/transforms/write.ts'
import { countDrops, countPanes } from './support/countRows.ts'
import { emittedBy, emittedLines } from './support/emitted.ts'
import { checkLaw, checkLiveLaw, type Reached, reach } from './support/law.ts'
import { arrivals, liveRead, sinkName } from './support/livePlans.ts'
import {
  acceptedPlan,
  GROUP,
  LATE,
  OTHER_READ,
  type Outputs,
  READ,
  resultPorts,
  SHAPES,
  type Shape,
} from './support/plans.ts'
import { rowText, text } from './support/rowText.ts'
import { ALL_KINDS, livelyWindowings } from './support/windowings.ts'

const windowings = livelyWindowings({ kinds: ALL_KINDS })
const shapes = fc.constantFrom<Shape>(...Object.values(SHAPES).filter((shape) => shape !== SHAPES.twoReads))
const twoReads = fc.constant(SHAPES.twoReads)

const oneRead = interleavedLogs({ splits: { [READ]: ['0'] }, maxSteps: 30, allowedLateness: 4, atomic: true })
const severalSplits = interleavedLogs({ splits: { [READ]: ['0', '1'], [OTHER_READ]: ['0'] }, allowedLateness: 4 })

/** Where a script is cut: the lengths of its bundles, over and over. */
const cuttings = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 })

test.each([
  ['one split', fc.tuple(shapes, windowings, windowings, oneRead)],
  ['several splits and reads', fc.tuple(twoReads, windowings, windowings, severalSplits)],
])('P2: a script of %s gives the same log however it is cut', (_name, cases) => {
  const reached: Reached = { EARLY: 0, ON_TIME: 0, LATE: 0, withdrawal: 0, 'dropped late': 0, together: 0, moves: 0 }
  checkLaw(
    fc.property(cases, cuttings, ([shape, windowing, then, log], cutting) => {
      const plan = acceptedPlan(shape, windowing, then)
      if (plan === undefined) return
      const whole = runStepLog(plan, log)
      const cut = runCut(plan, log, cutting, reached)
      expect(everythingOf(plan, cut)).toEqual(everythingOf(plan, whole))
      countPanes(reached, whole.rows[GROUP] ?? [])
      countDrops(reached, whole.rows[LATE] ?? [])
    }),
    200,
    reached,
  )
})

test('P2: a live run gives the same log for every bundle size, and so does the log it recorded', async () => {
  const reached: Reached = { EARLY: 0, ON_TIME: 0, LATE: 0, 'dropped late': 0, splits: 0 }
  const options = fc.record({
    splits: fc.constantFrom(1, 2),
    bound: fc.nat({ max: 6 }),
    quantum: fc.constantFrom(2, 5, 1024),
    bundleSize: fc.constantFrom(2, 3, 7, 1024),
    generateCode: fc.boolean(),
  })
  await checkLiveLaw(
    fc.asyncProperty(
      shapes,
      windowings,
      windowings,
      arrivals(40),
      options,
      async (shape, windowing, then, elements, drawn) => {
        const { splits, bound, ...run } = drawn
        if (acceptedPlan(shape, windowing, then) === undefined) return
        const live = (more: LocalRunOptions) => {
          const p = pipeline('live')
          const outputs = shape(liveRead(p, elements, splits, bound), windowing, then, toList())
          return runLive(p, outputs, more)
        }
        const one = await live({ ...run, bundleSize: 1 })
        const other = await live(run)
        expect(other.lines).toEqual(one.lines)
        expect(other.replayed).toEqual(one.lines)
        countPanes(reached, one.rows(GROUP))
        countDrops(reached, one.rows(LATE))
        if (splits > 1) reach(reached, 'splits')
      },
    ),
    80,
    reached,
  )
})

function runCut(plan: Plan, log: StepLog, cutting: readonly number[], reached: Reached): LocalRunLog {
  const run = startStepRun(plan, log)
  for (let from = 0, cut = 0; from < log.steps.length; cut++) {
    const steps = log.steps.slice(from, from + (cutting[cut % cutting.length] ?? 1))
    run.apply(...steps)
    from += steps.length
    const elements = steps.filter(({ kind }) => kind === 'element').length
    if (elements > 1) reach(reached, 'together')
    if (elements > 1 && steps.some(({ kind }) => kind === 'watermark')) reach(reached, 'moves')
  }
  run.close()
  return run.log()
}

function everythingOf(plan: Plan, log: LocalRunLog): unknown {
  return [...resultPorts(plan).map((port) => [port, emittedLines(emittedBy(log, port))]), log.groups]
}

interface LiveRun {
  readonly lines: readonly string[]
  /** The same of the recorded log, run again. */
  readonly replayed: readonly string[]
  rows(port: string): readonly Row[]
}

/** Runs a live plan with a sink at each output. */
async function runLive(p: Pipeline, outputs: Outputs, options: LocalRunOptions): Promise<LiveRun> {
  const sinks = Object.entries(outputs).map(([port, output]) => {
    const taken: SinkRow<unknown>[] = []
    output.pipe(write(collectTo(taken), { name: sinkName(port) }))
    return { port, taken }
  })
  const plan = p.plan()
  let recorded: StepLog | undefined
  const onRecorded = (log: StepLog): void => {
    recorded = log
  }
  const { groups } = await localRunner().run(plan, { ...options, clock: virtualClock(), onRecorded }).done
  if (recorded === undefined) throw new Error('the run recorded nothing')
  const again = runStepLog(plan, recorded)
  const linesOf = (rows: (port: string) => readonly Row[], counts: readonly GroupAccounting[]): string[] => [
    ...sinks.flatMap(({ port }) => [port, ...rows(port).map(rowText)]),
    ...counts.map(text),
  ]
  const rows = (port: string): readonly Row[] => sinks.find((sink) => sink.port === port)?.taken ?? []
  return {
    lines: linesOf(rows, groups),
    replayed: linesOf((port) => again.rows[sinkName(port)] ?? [], again.groups),
    rows,
  }
}
