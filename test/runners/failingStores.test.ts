import { expect, test } from 'vitest'
import type { StateStore } from '../../src/core/stateStore.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { neverIdle } from '../../src/io/idle.ts'
import { toArray } from '../../src/io/toArray.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { localRunner, run } from '../../src/runners/local/localRunner.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'
import { listCheckpoints } from '../../src/state/readStore.ts'
import { storeFailed } from '../../src/state/storeErrors.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { updateStateByKey } from '../../src/transforms/updateStateByKey.ts'
import { write } from '../../src/transforms/write.ts'
import { aroundStore } from './aroundStore.ts'
import { tape } from './tape.ts'
import { until } from './turns.ts'

const NUMBERS = Array.from({ length: 12 }, (_, at) => at + 1)
const SUMS = NUMBERS.map((n) => (n * (n + 1)) / 2)

function sums(out: number[], name = 'sums', source = fromIterable(NUMBERS)) {
  const p = pipeline(name)
  p.read(source, { name: 'numbers', timestamp: (n) => n, watermark: monotonous() }).pipe(
    keyBy(() => 'all', { name: 'keys' }),
    updateStateByKey(
      () => 0,
      (sum, n) => sum + n,
      { name: 'sums' },
    ),
    write(toArray(out), { name: 'out' }),
  )
  return p.plan()
}

/** A clock that moves whenever somebody looks at it: a checkpoint is due as soon as the one before is saved. */
function ticking() {
  let now = 0
  return { now: () => ++now, wakeAt: () => () => {} }
}

const often = (store: StateStore) => ({ quantum: 1, bundleSize: 1, clock: ticking(), checkpoint: { store, every: 1 } })

/** A store on a disk that is full from the commit `at` on, counted from 1; `commits` says how many were asked for. */
function filling(store: StateStore, at: number) {
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  let commits = 0
  const filled = aroundStore(store, (connection) => ({
    async commit(changes) {
      if (++commits >= at) throw storeFailed('the disk is full.', 'Make room.', full)
      await connection.commit(changes)
    },
  }))
  return { store: filled, commits: () => commits }
}

test('a disk that is full at any write fails the run, and with room the next one goes on to the same results', async () => {
  const whole = filling(memoryStore(), Number.POSITIVE_INFINITY)
  await run(sums([]), often(whole.store))
  expect(whole.commits()).toBeGreaterThan(10)
  for (let at = 1; at <= whole.commits(); at++) {
    const disk = memoryStore()
    await expect(run(sums([]), often(filling(disk, at).store))).rejects.toThrow(
      '[STORE_FAILED] the disk is full. Make room.',
    )
    // What was saved last can still be looked at.
    await listCheckpoints(disk)
    const out: number[] = []
    await run(sums(out), often(disk))
    expect({ at, out }).toEqual({ at, out: SUMS })
  }
})

test('a store of another job is refused by name, and its own job goes on with it', async () => {
  const store = memoryStore()
  await run(sums([]), { checkpoint: { store } })
  await expect(run(sums([], 'others'), { checkpoint: { store } })).rejects.toThrow(
    '[SNAPSHOT_MISMATCH] the store holds checkpoints of pipeline "sums", not of "others". Run the pipeline that took the checkpoints, or use a new store.',
  )
  expect(await run(sums([]), { checkpoint: { store } })).toMatchObject({ outcome: 'finished', written: { out: 12 } })
})

test('a second run on one store is refused, and the first goes on as if nobody had asked', async () => {
  const store = memoryStore()
  const source = tape<number>()
  const out: number[] = []
  const p = pipeline('sums')
  p.read(source, { name: 'numbers', timestamp: (n) => n, watermark: monotonous(), idle: neverIdle() }).pipe(
    write(toArray(out), { name: 'out' }),
  )
  const first = localRunner().run(p.plan(), { checkpoint: { store } })
  source.push(1, 2)
  await until(() => first.progress().reads[0]?.rows === 2)
  await expect(run(sums([]), { checkpoint: { store } })).rejects.toThrow('[STORE_IN_USE]')
  source.push(3)
  source.end()
  await first.done
  expect(out).toEqual([1, 2, 3])
})
