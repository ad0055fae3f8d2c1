/** What checkpoints write and what a start reads, in bytes: it follows what changes, and not how long the job has run. */
import { expect, test } from 'vitest'
import type { StateStore } from '../../src/core/stateStore.ts'
import { forEach } from '../../src/io/forEach.ts'
import { neverIdle } from '../../src/io/idle.ts'
import { monotonous } from '../../src/io/watermarks/monotonous.ts'
import { localRunner } from '../../src/runners/local/localRunner.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'
import { virtualClock } from '../../src/testing/virtualClock.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { updateStateByKey } from '../../src/transforms/updateStateByKey.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { write } from '../../src/transforms/write.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { aroundStore } from './aroundStore.ts'
import { type Tape, tape } from './tape.ts'
import { until } from './turns.ts'

const KEYS = 8_000

const nothing = (): void => {}

/** Each key's numbers are added up, by a step with state and by a grouping whose windows stay open. */
function sums(source: Tape<number>) {
  const p = pipeline('sums')
  const keyed = p
    .read(source, { name: 'numbers', timestamp: () => 0, watermark: monotonous(), idle: neverIdle() })
    .pipe(keyBy((n) => n % KEYS, { name: 'keys' }))
  keyed.pipe(
    updateStateByKey(
      () => ({ total: 0 }),
      (state, n) => ({ total: state.total + n }),
      { name: 'states' },
    ),
    write(forEach(nothing), { name: 'states out' }),
  )
  keyed.pipe(
    windowInto(tumbling(10), { name: 'windows' }),
    combinePerKey(
      sum((n: number) => n),
      { name: 'totals' },
    ),
    write(forEach(nothing), { name: 'totals out' }),
  )
  return p.plan()
}

/** The store, with the bytes that were written to it and read from it since the count was set to zero. */
function weighed(store: StateStore) {
  const bytes = { written: 0, read: 0 }
  const weighing = aroundStore(store, (connection) => ({
    async commit(changes) {
      for (const { key, value } of changes) bytes.written += key.length + (value?.length ?? 0)
      await connection.commit(changes)
    },
    async get(key) {
      const value = await connection.get(key)
      bytes.read += value?.length ?? 0
      return value
    },
    async *scan(range) {
      for await (const entry of connection.scan(range)) {
        bytes.read += entry.key.length + entry.value.length
        yield entry
      }
    },
  }))
  return { store: weighing, bytes }
}

/** A job with a checkpoint of all keys, and then so many of some each; answers what each of these wrote, and a start then read. */
async function weights(checkpoints: number, changed: number) {
  const { store, bytes } = weighed(memoryStore())
  const source = tape<number>()
  const clock = virtualClock()
  let saved = 0
  const start = () => {
    const onCheckpoint = (): void => {
      saved++
    }
    return localRunner().run(sums(source), { clock, checkpoint: { store, every: 10 }, onCheckpoint })
  }
  const run = start()
  const next = async (...numbers: number[]): Promise<number> => {
    const [rows, before] = [run.progress().reads[0]?.rows ?? 0, saved]
    source.push(...numbers)
    await until(() => run.progress().reads[0]?.rows === rows + numbers.length)
    bytes.written = 0
    await clock.advanceTo(clock.now() + 10)
    await until(() => saved > before)
    return bytes.written
  }
  await until(() => saved === 1)
  const whole = await next(...Array.from({ length: KEYS }, (_, key) => key))
  const parts: number[] = []
  for (let each = 0; each < checkpoints; each++)
    parts.push(await next(...Array.from({ length: changed }, (_, at) => changed * each + at)))
  await run.suspend()

  bytes.read = 0
  const again = start()
  await until(() => again.progress().reads[0]?.rows === KEYS + changed * checkpoints)
  const { read } = bytes
  await again.cancel()
  return { whole, parts, read }
}

test('a checkpoint writes the keys that have changed since the one before', async () => {
  const { whole, parts } = await weights(30, 3)
  const usual = [...parts].sort((a, b) => a - b)[15] ?? 0
  expect(usual).toBeLessThan(whole / 20)
  // What is merged now and then is little more in all than what has changed.
  expect(parts.reduce((sum, part) => sum + part, 0)).toBeLessThan(whole)
})

test('a start reads what there is, and not what there has been', async () => {
  const [few, many] = [await weights(4, 160), await weights(60, 160)]
  // Older segments hold more than all after them: at most as much again as what there is.
  expect(many.read).toBeLessThan(few.read * 2)
  expect(many.read).toBeGreaterThan(few.whole / 2)
})
