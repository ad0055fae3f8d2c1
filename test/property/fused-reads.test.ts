/**
 * A read that nobody watches runs the steps behind it in its own loop. A run that is recorded watches its reads, so that they
 * stand apart: both must give the same rows, drops and failures, at the same watermarks (R25, R110).
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDataflowError } from '../../src/core/errors.ts'
import type { PCollection } from '../../src/core/pcollection.ts'
import type { StepLog } from '../../src/core/stepLog.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { boundedOutOfOrderness } from '../../src/io/watermarks/boundedOutOfOrderness.ts'
import { punctuated } from '../../src/io/watermarks/punctuated.ts'
import { localRunner } from '../../src/runners/local/localRunner.ts'
import { filter } from '../../src/transforms/filter.ts'
import { flatMap } from '../../src/transforms/flatMap.ts'
import { groupByKey } from '../../src/transforms/groupByKey.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { peek } from '../../src/transforms/peek.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { reify } from '../../src/transforms/reify.ts'
import { values } from '../../src/transforms/values.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { watchedSink } from '../runners/watchedSink.ts'
import { checkLiveLaw, type Reached, reach } from './support/law.ts'

const STEPS = ['add', 'filter', 'flatMap', 'peek', 'key'] as const
type Step = (typeof STEPS)[number]

interface Element {
  /** Undefined: the timestamp function throws. */
  readonly at: number | undefined
  readonly n: number
}

const elements = fc
  .array(
    fc.record({
      shift: fc.integer({ min: -8, max: 6 }),
      n: fc.integer({ min: 0, max: 20 }),
      bad: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, 'throws', 'fraction'),
    }),
    { minLength: 1, maxLength: 30, size: 'max' },
  )
  .map((drawn) =>
    drawn.map(({ shift, n, bad }, index): Element => {
      const at = 2 * index + shift
      return { at: bad === 'throws' ? undefined : bad === 'fraction' ? at + 0.5 : at, n }
    }),
  )

const programs = fc.record({
  steps: fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 5 }),
  byElements: fc.boolean(),
  bound: fc.nat({ max: 6 }),
  splits: fc.constantFrom(1, 2),
  /** The value at which a step throws. */
  breaksAt: fc.constantFrom(-1, -1, -1, 7),
})
type Numbers = PCollection<number, never, 'bounded', 'global'>
type Program = typeof programs extends fc.Arbitrary<infer P> ? P : never

test('a read gives the same with the steps behind it in its loop as apart from them', async () => {
  const reached: Reached = {
    late: 0,
    dropped: 0,
    unstamped: 0,
    broken: 0,
    flatMap: 0,
    'keys seen': 0,
    'moves of every element': 0,
  }
  await checkLiveLaw(
    fc.asyncProperty(programs, elements, fc.constantFrom(1, 3, 1024), async (program, input, bundleSize) => {
      const fused = await outcomeOf(program, input, bundleSize, false)
      expect(fused).toEqual(await outcomeOf(program, input, bundleSize, true))
      if (fused.summary?.groups[0]?.lateAccepted) reach(reached, 'late')
      if (fused.summary?.groups[0]?.dropped.late) reach(reached, 'dropped')
      if (Object.values(fused.summary?.failed ?? {}).some((count) => count > 0)) reach(reached, 'unstamped')
      if (fused.error !== undefined) reach(reached, 'broken')
      if (program.steps.includes('flatMap')) reach(reached, 'flatMap')
      if (program.steps.indexOf('key') < program.steps.indexOf('peek') && program.steps.includes('key'))
        reach(reached, 'keys seen')
      if (program.byElements) reach(reached, 'moves of every element')
    }),
    150,
    reached,
  )
})

/** What a run gives and what its steps saw, or how it failed. */
async function outcomeOf(program: Program, input: readonly Element[], bundleSize: number, isRecorded: boolean) {
  const seen: string[] = []
  const sink = watchedSink<unknown>()
  const p = pipeline('fused')
  const { bound, splits, byElements } = program
  const read = p.read(fromIterable(input, { splits }), {
    timestamp: ({ at }) => {
      if (at === undefined) throw new Error('no time')
      return at
    },
    watermark: byElements ? punctuated<Element>((_, at) => at - bound) : boundedOutOfOrderness(bound),
    onError: 'output',
  })
  const numbers: Numbers = read.pipe(map(({ n }) => n))
  program.steps
    .reduce((before, step) => withStep(before, step, program, seen), numbers)
    .pipe(
      keyBy((n) => n % 3),
      windowInto(tumbling(10), { allowedLateness: 4 }),
      groupByKey(),
      reify(),
      write(sink),
    )
  const logs: StepLog[] = []
  const onRecorded = (log: StepLog) => logs.push(log)
  const { done } = localRunner().run(p.plan(), { bundleSize, ...(isRecorded && { onRecorded }) })
  try {
    const summary = await done
    const recorded = logs.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'element'))
    expect(recorded.length).toBe(isRecorded ? summary.reads[0]?.rows : 0)
    return { summary, rows: sink.rows, seen }
  } catch (error) {
    if (!isDataflowError(error)) throw error
    return { error: error.message }
  }
}

function withStep(before: Numbers, step: Step, { breaksAt }: Program, seen: string[]): Numbers {
  switch (step) {
    case 'add':
      return before.pipe(
        map((n, { timestamp, window }) => {
          if (n === breaksAt) throw new Error(`no ${n}`)
          seen.push(`${n} at ${timestamp} in ${window}`)
          return n + 1
        }),
      )
    case 'filter':
      return before.pipe(filter((n) => n % 4 !== 1))
    case 'flatMap':
      return before.pipe(flatMap((n) => (n % 5 === 0 ? undefined : n % 2 === 0 ? [n] : new Set([n, n + 1]))))
    case 'peek':
      return before.pipe(
        peek((n, { key, pane, isRetraction }) => seen.push(`${n} of ${key}: ${pane.timing} ${isRetraction}`)),
      )
    case 'key':
      return before.pipe(
        keyBy((n) => n % 2),
        map((n, { key }) => n + key),
        values(),
      )
  }
}
