import { expect, test } from 'vitest'
import {
  count,
  fromIterable,
  keyBy,
  memoryStore,
  monotonous,
  pipeline,
  run,
  toArray,
  tumbling,
  windowInto,
  write,
} from '../../src/index.ts'
import { manifestKey } from '../../src/state/checkpointKeys.ts'
import { listCheckpoints } from '../../src/state/readStore.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'

function counts() {
  const p = pipeline('counts')
  p.read(fromIterable([1, 2, 11]), { name: 'numbers', timestamp: (n) => n, watermark: monotonous() }).pipe(
    keyBy(() => 'all', { name: 'keys' }),
    windowInto(tumbling(10), { name: 'windows' }),
    combinePerKey(count(), { name: 'counts' }),
    write(toArray<number>([]), { name: 'out' }),
  )
  return p.plan()
}

test('a run does not fall back on an older checkpoint by itself: it names the one that is whole', async () => {
  const store = memoryStore()
  await run(counts(), { checkpoint: { store, keep: 3 } })
  const [older, newest] = (await listCheckpoints(store)).slice(-2).map(({ id }) => id)
  if (older === undefined || newest === undefined) throw new Error('there are two checkpoints')
  const connection = await store.open()
  const key = manifestKey(newest)
  await connection.commit([{ key, value: (await connection.get(key))?.subarray(1) }])
  await connection.close()
  await expect(run(counts(), { checkpoint: { store } })).rejects.toThrow(
    `[STORE_CORRUPT] checkpoint ${newest} cannot be read: its manifest is damaged. Checkpoint ${older} is whole: copy it to another store, and run with that one.`,
  )
})
