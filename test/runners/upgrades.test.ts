import { expect, test } from 'vitest'
import type { Plan } from '../../src/core/graph.ts'
import type { Source } from '../../src/core/source.ts'
import type { AnyCell, TimerDomain } from '../../src/core/stateful.ts'
import type { StateStore } from '../../src/core/stateStore.ts'
import { neverIdle } from '../../src/io/idle.ts'
import { toArray } from '../../src/io/toArray.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { localRunner, run } from '../../src/runners/local/localRunner.ts'
import { bag } from '../../src/state/cells/bag.ts'
import { value } from '../../src/state/cells/value.ts'
import { compat } from '../../src/state/compat.ts'
import { diffCheckpoints } from '../../src/state/diffCheckpoints.ts'
import { inspectAt } from '../../src/state/inspectAt.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'
import { listCheckpoints } from '../../src/state/readStore.ts'
import { flatMapWithState } from '../../src/transforms/flatMapWithState.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { mapWithState } from '../../src/transforms/mapWithState.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { stateful } from '../../src/transforms/stateful.ts'
import { updateStateByKey } from '../../src/transforms/updateStateByKey.ts'
import { write } from '../../src/transforms/write.ts'
import { type Tape, tape } from './tape.ts'
import { until } from './turns.ts'

type Cells = Readonly<Record<string, AnyCell>>
type Call = (state: never, n: number, context: { setTimer(at: number, options?: object): void }) => unknown

interface Job {
  readonly cells: Cells
  readonly timers?: Readonly<Record<string, TimerDomain>>
  /** Answers what is given for a number; throws to end the run. */
  readonly call: Call
  readonly out?: unknown[]
}

/** Numbers at their own times. */
function job(source: Source<number>, { cells, timers = {}, call, out = [] }: Job) {
  const p = pipeline('job')
  const options = { name: 'numbers', timestamp: (n: number) => n, watermark: monotonous(), idle: neverIdle() }
  p.read(source, options).pipe(
    keyBy(() => 'all', { name: 'keys' }),
    stateful({
      name: 'counts',
      cells,
      timers,
      onElement: (state, n, context) => [call(state as never, n, context)],
      *onTimer(_state, { family }) {
        yield family
      },
    }),
    write(toArray(out), { name: 'out' }),
  )
  return p.plan()
}

/** A tape of the numbers from 1 on. */
function numbers(last: number): Tape<number> {
  const source = tape<number>()
  source.push(...Array.from({ length: last }, (_, at) => at + 1))
  return source
}

/** Takes the numbers up to `last`, and ends with a checkpoint; the next run goes on from there. */
async function runUntil(last: number, store: StateStore, each: Job): Promise<void> {
  await suspended(job(numbers(last), each), last, store)
}

async function suspended(plan: Plan, rows: number, store: StateStore): Promise<void> {
  const handle = localRunner().run(plan, { checkpoint: { store, keep: 9 } })
  await Promise.race([handle.done, until(() => handle.progress().reads[0]?.rows === rows)])
  await handle.suspend()
}

/** Takes the numbers up to 5, and ends. */
async function runToEnd(store: StateStore, each: Job): Promise<readonly unknown[]> {
  const out: unknown[] = []
  const source = numbers(5)
  source.end()
  await run(job(source, { ...each, out }), { checkpoint: { store } })
  return out
}

const counting: Job = {
  cells: { n: value(() => 0) },
  call: (state: { n: number }) => {
    state.n += 1
    return state.n
  },
}

/** The same in tens. */
const tens = (migrate: (contents: unknown, version: number) => number = (n) => Number(n) * 10): Job => ({
  cells: { first: value(() => 'new'), n: value(() => 0, { version: 2, migrate }) },
  call: (state: { n: number; first: string }) => {
    state.n += 10
    state.first = 'seen'
    return `${state.n} ${state.first}`
  },
})

test('a cell is found by its name and migrated by one run, however often later ones go on', async () => {
  const store = memoryStore()
  const asked: unknown[] = []
  const noting = tens((n, version) => {
    asked.push([n, version])
    return Number(n) * 10
  })
  await runUntil(2, store, counting)
  await runUntil(3, store, noting)
  await runUntil(4, store, noting)
  expect(await runToEnd(store, noting)).toEqual([1, 2, '30 seen', '40 seen', '50 seen'])
  // Once to find what throws, and once for the step.
  expect(asked).toEqual([
    [2, 1],
    [2, 1],
  ])
})

test('compat says of each cell what becomes of it, and so does a run that is refused', async () => {
  const store = memoryStore()
  await runUntil(2, store, {
    cells: { n: value(() => 0), gone: bag<number>() },
    timers: { alarm: 'processing' },
    call: (state: { n: number; gone: { add(n: number): void } }, n, { setTimer }) => {
      state.n += 1
      state.gone.add(n)
      setTimer(1_000_000, { family: 'alarm' })
      return state.n
    },
  })
  const [info] = (await listCheckpoints(store)).slice(-1)
  if (info === undefined) throw new Error('there is a checkpoint')
  const fates = (plan: ReturnType<typeof job>) =>
    compat(plan, info)
      .filter(({ step }) => step === 'counts')
      .map(({ fate, reason, parts }) => [
        fate,
        reason,
        ...parts.map((part) => `${part.part} ${part.name} ${part.fate}`),
      ])
  expect(fates(job(numbers(5), tens()))).toEqual([
    [
      'migrated',
      'Its cell "first" is added. Its cell "n" is migrated. Its cell "gone" is lost. Its family of timers "alarm" is lost.',
      'cell first added',
      'cell n migrated',
      'timers timer kept',
      'cell gone lost',
      'timers alarm lost',
    ],
  ])
  await expect(runToEnd(store, { ...counting, cells: { n: bag<number>() } })).rejects.toThrow(
    `[SNAPSHOT_MISMATCH] step "counts": it cannot go on from checkpoint ${info.id}. Its cell "n": It is of kind bag and was of kind value, at the same version 1. Raise its version to 2 and give it a migrate`,
  )
})

test('timers of a family that is gone do not fire, and hold nothing', async () => {
  const store = memoryStore()
  await runUntil(2, store, {
    ...counting,
    timers: { alarm: 'event' },
    call: (state: { n: number }, _n, { setTimer }) => {
      state.n += 1
      setTimer(100, { family: 'alarm' })
      setTimer(50)
      return state.n
    },
  })
  expect(await runToEnd(store, counting)).toEqual([1, 2, 3, 4, 5, 'timer'])
})

test('a migrate that throws names step, cell and key, opens nothing, and leaves the checkpoint as it was', async () => {
  const store = memoryStore()
  await runUntil(2, store, counting)
  const failing = tens(() => {
    throw new Error('no way')
  })
  await expect(runToEnd(store, failing)).rejects.toThrow(
    '[USER_CODE_FAILED] step "counts": code of the step threw "no way". It was the migrate of the cell "n", for key "all".',
  )
  const source = numbers(5)
  const opened: string[] = []
  const noticing: Source<number> = {
    ...source,
    open(...split) {
      opened.push('source')
      return source.open(...split)
    },
  }
  await expect(run(job(noticing, failing), { checkpoint: { store } })).rejects.toThrow('no way')
  expect(opened).toEqual([])
  expect(await runToEnd(store, tens())).toEqual([1, 2, '30 seen', '40 seen', '50 seen'])
})

test('inspectAt and diffCheckpoints tell cells by name, whatever version saved them', async () => {
  const store = memoryStore()
  await runUntil(2, store, counting)
  await runUntil(3, store, tens())
  const saved = (await listCheckpoints(store)).map(({ id }) => id)
  const [before, after] = saved.slice(-2) as [number, number]
  const { steps } = await inspectAt(store, { checkpoint: after, step: 'counts', key: 'all' })
  expect(steps[0]?.entries).toMatchObject([{ key: 'all', value: { cells: { n: 30, first: 'seen' }, timers: [] } }])
  // What is cut off by a table is not what one looks for.
  expect(Object.keys(steps[0]?.entries[0]?.value as object)).toEqual(['cells', 'timers'])
  const differences = (await diffCheckpoints(store, before, after)).filter(({ step }) => step === 'counts')
  expect(differences[0]?.entries).toMatchObject([
    { key: 'all', before: { cells: { n: 2 } }, after: { cells: { n: 30, first: 'seen' } } },
  ])
})

const NAME = { name: 's' }
const LATER = { ...NAME, version: 2, migrate: (state: unknown) => ({ tens: (state as { n: number }).n * 10 }) }

/** Steps that count, and of a later version that counts in tens. */
const COMPOSITES = {
  mapWithState: [
    mapWithState(
      () => ({ n: 0 }),
      (state: { n: number }, _n: number) => count(state, 'n', 1),
      NAME,
    ),
    mapWithState(
      () => ({ tens: 0 }),
      (state: { tens: number }, _n: number) => count(state, 'tens', 10),
      LATER,
    ),
  ],
  flatMapWithState: [
    flatMapWithState(
      () => ({ n: 0 }),
      (state: { n: number }, _n: number) => [count(state, 'n', 1)],
      NAME,
    ),
    flatMapWithState(
      () => ({ tens: 0 }),
      (state: { tens: number }, _n: number) => [count(state, 'tens', 10)],
      LATER,
    ),
  ],
  updateStateByKey: [
    updateStateByKey(
      () => 0,
      (n: number, _n: number) => n + 1,
      NAME,
    ),
    updateStateByKey(
      () => 0,
      (tens: number, _n: number) => tens + 10,
      { ...LATER, migrate: (n) => Number(n) * 10 },
    ),
  ],
}

function count<Field extends string>(state: Record<Field, number>, field: Field, by: number): number {
  state[field] += by
  return state[field]
}

test.each(Object.entries(COMPOSITES))(
  '%s takes over the state of an earlier version',
  async (_name, [before, later]) => {
    const planOf = (source: Source<number>, step: typeof before, out: unknown[] = []) => {
      const p = pipeline('job')
      const read = p.read(source, { name: 'numbers', idle: neverIdle() })
      // What the steps of the table take and give is the same.
      ;(
        read.pipe(
          keyBy(() => 'all', { name: 'keys' }),
          step as never,
        ) as typeof read
      ).pipe(write(toArray(out), { name: 'out' }))
      return p.plan()
    }
    const store = memoryStore()
    await suspended(planOf(numbers(2), before), 2, store)
    const out: unknown[] = []
    const source = numbers(4)
    source.end()
    await run(planOf(source, later as typeof before, out), { checkpoint: { store } })
    expect(out).toEqual([1, 2, 30, 40])
  },
)
