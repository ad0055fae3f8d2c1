import { expect, test } from 'vitest'
import type { CheckpointInfo } from '../../src/core/checkpoint.ts'
import type { StateStore } from '../../src/core/stateStore.ts'
import { forEach } from '../../src/io/forEach.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { neverIdle } from '../../src/io/idle.ts'
import { toArray } from '../../src/io/toArray.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { type LocalRunOptions, localRunner, run } from '../../src/runners/local/localRunner.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'
import { manualSource } from '../../src/testing/manualSource.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { stateful } from '../../src/transforms/stateful.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { aroundStore } from './aroundStore.ts'
import { type Tape, tape } from './tape.ts'
import { until } from './turns.ts'
import { watchedSink } from './watchedSink.ts'

/** Lists per 10 ms of numbers that are their own timestamps, with an early pane 50 ms after the first number. */
function lists(source: Tape<number>, out: (readonly number[])[], options: LocalRunOptions, name = 'lists') {
  const p = pipeline(name)
  p.read(source, { name: 'numbers', timestamp: (n) => n, watermark: monotonous(), idle: neverIdle() }).pipe(
    windowInto(tumbling(10), { trigger: afterWatermark({ early: afterProcessingTime(50) }), panes: 'accumulating' }),
    combineGlobally(toList<number>(), { name: 'lists' }),
    write(toArray(out), { name: 'out' }),
  )
  return localRunner().run(p.plan(), options)
}

/** The run has put as many numbers through its chains. */
const hasRead = (handle: ReturnType<typeof lists>, rows: number): Promise<void> =>
  until(() => handle.progress().reads[0]?.rows === rows)

test('a suspended run moves no watermark, and the next one goes on as if nothing had been', async () => {
  const store = memoryStore()
  const source = tape<number>()
  const out: (readonly number[])[] = []
  const clock = virtualClock()
  const first = lists(source, out, { clock, checkpoint: { store } })
  source.push(1, 2, 12, 13)
  await hasRead(first, 4)
  expect(await first.suspend()).toMatchObject({ outcome: 'suspended', written: { out: 1 } })
  expect(out).toEqual([])

  const second = lists(source, out, { clock, checkpoint: { store } })
  source.push(14)
  source.end()
  expect(await second.done).toMatchObject({ outcome: 'finished', written: { out: 2 }, reads: [{ rows: 5 }] })
  expect(out).toEqual([
    [1, 2],
    [12, 13, 14],
  ])
})

test('processing time goes on from the checkpoint, also where the clock of the next machine is behind', async () => {
  const store = memoryStore()
  const source = tape<number>()
  const out: (readonly number[])[] = []
  const before = virtualClock(1000)
  const first = lists(source, out, { clock: before, checkpoint: { store } })
  source.push(1)
  await hasRead(first, 1)
  await first.suspend()

  const after = virtualClock(0)
  const second = lists(source, out, { clock: after, checkpoint: { store } })
  source.push(11)
  await hasRead(second, 2)
  // The last step before the checkpoint was at 1,000.
  await after.advanceTo(1049)
  expect(second.progress().groups[0]?.panes).toMatchObject({ early: 0, onTime: 1 })
  await after.advanceTo(1050)
  expect(second.progress().groups[0]?.panes).toMatchObject({ early: 1, onTime: 1 })
  await second.cancel()
})

test('values that linger are in the checkpoint', async () => {
  const store = memoryStore()
  const source = tape<number>()
  const out: (readonly number[])[] = []
  const clock = virtualClock()
  const saved: CheckpointInfo[] = []
  const options: LocalRunOptions = {
    clock,
    linger: 1_000_000,
    checkpoint: { store, every: 100 },
    onCheckpoint: (info) => saved.push(info),
  }
  const first = lists(source, out, options)
  source.push(1, 2)
  await until(() => saved.length === 1)
  await clock.advanceTo(100)
  await until(() => saved.length === 2)
  await first.cancel()

  const second = lists(source, out, options)
  source.push(3)
  source.end()
  await second.done
  expect(out).toEqual([[1, 2, 3]])
})

test('a cancelled run goes on from its last checkpoint', async () => {
  const store = memoryStore()
  const source = tape<number>()
  const out: (readonly number[])[] = []
  const clock = virtualClock()
  const saved: number[] = []
  const options: LocalRunOptions = {
    clock,
    checkpoint: { store, every: 100 },
    onCheckpoint: ({ header }) => saved.push(header.now),
  }
  const first = lists(source, out, options)
  source.push(1)
  await hasRead(first, 1)
  await until(() => saved.length === 1)
  await clock.advanceTo(100)
  await until(() => saved.length === 2)
  source.push(2)
  await hasRead(first, 2)
  expect(await first.cancel()).toMatchObject({ outcome: 'cancelled' })
  expect(saved).toEqual([0, 100])

  const second = lists(source, out, options)
  source.end()
  expect(await second.done).toMatchObject({ outcome: 'finished', reads: [{ rows: 2 }] })
  expect(out).toEqual([[1], [1, 2]])
})

test('a savepoint is kept under its name while the run goes on', async () => {
  const store = memoryStore()
  const source = tape<number>()
  const clock = virtualClock()
  const handle = lists(source, [], { clock, checkpoint: { store } })
  source.push(1)
  const savepoint: CheckpointInfo = await handle.savepoint('before the change')
  expect(savepoint).toMatchObject({ name: 'before the change', header: { phase: 'running', job: 'lists' } })
  source.end()
  expect(await handle.done).toMatchObject({ outcome: 'finished' })
  await expect(handle.savepoint('too late')).rejects.toThrow(/was not taken: the run ended first/)
})

test('a savepoint with a name that is taken is refused, and the run goes on', async () => {
  const store = memoryStore()
  const source = tape<number>()
  const out: (readonly number[])[] = []
  const handle = lists(source, out, { clock: virtualClock(), checkpoint: { store } })
  await Promise.all([
    handle.savepoint('noon'),
    expect(handle.savepoint('noon')).rejects.toThrow(/INVALID_ARGUMENT.*savepoint "noon" is taken/),
  ])
  await expect(handle.savepoint('noon')).rejects.toThrow(/INVALID_ARGUMENT.*savepoint "noon" is taken/)
  source.push(1)
  source.end()
  expect(await handle.done).toMatchObject({ outcome: 'finished' })
  expect(out).toEqual([[1]])
})

test('a job that has finished gives its summary again and touches no sink', async () => {
  const store = memoryStore()
  const out: number[] = []
  const job = () => {
    const p = pipeline('numbers')
    p.read(fromIterable([1, 2, 3]), { name: 'in' }).pipe(write(toArray(out), { name: 'out' }))
    return run(p, { checkpoint: { store } })
  }
  const summary = await job()
  expect(await job()).toEqual(summary)
  expect(out).toEqual([1, 2, 3])
})

test('a run without checkpoints refuses to be suspended or saved, and goes on', async () => {
  const source = tape<number>()
  const out: (readonly number[])[] = []
  const handle = lists(source, out, { clock: virtualClock() })
  await expect(handle.suspend()).rejects.toThrow(/INVALID_ARGUMENT.*has no checkpoints/)
  await expect(handle.savepoint('now')).rejects.toThrow(/INVALID_ARGUMENT.*has no checkpoints/)
  source.push(1)
  source.end()
  await handle.done
  expect(out).toEqual([[1]])
})

test.each<[string, () => Promise<unknown>, RegExp]>([
  [
    'a source that cannot be read again',
    () => {
      const p = pipeline('live')
      p.read(manualSource<number>(), { name: 'in', idle: neverIdle() }).pipe(
        write(
          forEach(() => {}),
          { name: 'out' },
        ),
      )
      return run(p, { checkpoint: { store: memoryStore() } })
    },
    /UNMET_REQUIREMENT.*"in".*\(manual\) cannot be read again/,
  ],
  [
    'a sink that does not say what a crash does',
    () => {
      const p = pipeline('silent')
      p.read(fromIterable([1]), { name: 'in' }).pipe(write(watchedSink<number>(), { name: 'out' }))
      return run(p, { checkpoint: { store: memoryStore() } })
    },
    /UNMET_REQUIREMENT.*"out".*\(watched\) does not say/,
  ],
])('a run with checkpoints refuses %s before anything starts', async (_what, start, message) => {
  await expect(start()).rejects.toThrow(message)
})

test('the store of another pipeline, or of a step that has changed, is refused and left as it is', async () => {
  const store = memoryStore()
  const clock = virtualClock()
  const source = tape<number>()
  const first = lists(source, [], { clock, checkpoint: { store } })
  source.push(1)
  await hasRead(first, 1)
  await first.suspend()
  await expect(lists(source, [], { clock, checkpoint: { store } }, 'others').done).rejects.toThrow(
    /SNAPSHOT_MISMATCH.*of pipeline "lists", not of "others"/,
  )
  await expect(changed(source, store).done).rejects.toThrow(/SNAPSHOT_MISMATCH.*step "lists"/)

  const out: (readonly number[])[] = []
  const again = lists(source, out, { clock, checkpoint: { store } })
  source.end()
  await again.done
  expect(out).toEqual([[1]])
})

/** The same steps by name, with other windows. */
function changed(source: Tape<number>, store: StateStore) {
  const p = pipeline('lists')
  p.read(source, { name: 'numbers', timestamp: (n) => n, watermark: monotonous(), idle: neverIdle() }).pipe(
    windowInto(tumbling(20)),
    combineGlobally(toList<number>(), { name: 'lists' }),
    write(toArray<readonly number[]>([]), { name: 'out' }),
  )
  return localRunner().run(p.plan(), { clock: virtualClock(), checkpoint: { store } })
}

test('a store that fails stops the run, which can go on from the checkpoint before', async () => {
  const inner = memoryStore()
  let saved = 0
  let isFull = false
  const store = aroundStore(inner, (connection) => ({
    async commit(changes) {
      if (isFull) throw new Error('disk full')
      await connection.commit(changes)
    },
  }))
  const source = tape<number>()
  const out: (readonly number[])[] = []
  const clock = virtualClock()
  const options: LocalRunOptions = {
    clock,
    checkpoint: { store, every: 100 },
    onCheckpoint: () => {
      saved++
    },
  }
  const first = lists(source, out, options)
  source.push(1)
  await hasRead(first, 1)
  await clock.advanceTo(150)
  await until(() => saved === 2)
  isFull = true
  await clock.advanceTo(400)
  await expect(first.done).rejects.toThrow(/disk full/)

  isFull = false
  const second = lists(source, out, options)
  source.end()
  await second.done
  expect(out).toEqual([[1], [1]])
})

test('a stateful step without a name is refused, and one with a name is not', async () => {
  const store = memoryStore()
  const counts = (initial: () => { n: number }, name?: string) => {
    const p = pipeline('counts')
    p.read(fromIterable([1, 2, 3]), { name: 'in' }).pipe(
      keyBy((n) => n % 2),
      stateful({
        ...(name !== undefined && { name }),
        initial,
        *onElement(state, n) {
          state.n += n
          yield state.n
        },
      }),
      write(toArray<number>([]), { name: 'out' }),
    )
    return localRunner().run(p.plan(), { checkpoint: { store } })
  }
  await expect(counts(() => ({ n: 0 })).done).rejects.toThrow(/UNNAMED_STEP.*a stateful without a name/)
  expect(await counts(() => ({ n: 0 }), 'sums').done).toMatchObject({ outcome: 'finished' })
})

test.each([
  ['cancelled', 'before any other was', 0],
  ['suspended', 'after others were', 2],
] as const)('at most once: what a run claims is not read again (%s, %s)', async (_how, _when, written) => {
  const store = memoryStore()
  const source = tape<number>()
  const taken: number[] = []
  const start = (options: Partial<LocalRunOptions> = {}, from: StateStore = store) => {
    const p = pipeline('numbers')
    p.read(source, { name: 'numbers', idle: neverIdle() }).pipe(
      write(
        forEach(({ value }) => {
          taken.push(value)
        }),
        { name: 'out' },
      ),
    )
    const checkpoint = { store: from, guarantee: 'at-most-once' } as const
    return localRunner().run(p.plan(), { clock: virtualClock(), checkpoint, ...options })
  }
  source.push(1, 2)
  const first = start()
  await until(() => taken.length === 2)
  // The last checkpoint is that of the start, or one with what was claimed until then.
  await (written === 0 ? first.cancel() : first.suspend())

  // The second run is gone with its first claim: of the end of the input, which brings no row, or of one more row.
  if (written === 0) source.end()
  else source.push(3)
  const gone = new AbortController()
  const second = start(
    { signal: gone.signal },
    afterCommit(store, () => gone.abort()),
  ).done
  await expect(second).rejects.toMatchObject({ code: 'ABORTED' })

  source.end()
  const before = [...taken]
  expect(await start().done).toMatchObject({ outcome: 'finished', written: { out: written } })
  expect(taken).toEqual(before)
})

function afterCommit(store: StateStore, act: () => void): StateStore {
  return aroundStore(store, (connection) => ({
    async commit(changes) {
      await connection.commit(changes)
      act()
    },
  }))
}
