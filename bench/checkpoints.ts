/**
 * `npm run bench:checkpoints -- [--keys N] [--rows N] [--every MS]`: what checkpoints cost a keyed job. A count and a sum per key
 * in one long window, with no store, in memory and on lmdb, in turn; the results are compared first. For each: the time of the
 * run beside that without a store, the longest time for which the event loop could do nothing else, and how long a run that
 * was suspended at the end of its rows takes from its start until it has read on.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import Table from 'cli-table3'
import { Command } from 'commander'
import {
  aggregate,
  count,
  forEach,
  fromIterable,
  global,
  keyBy,
  localRunner,
  memoryStore,
  pipeline,
  type StateStore,
  sum,
  windowInto,
  write,
} from '../src/index.ts'
import { lmdbStore } from '../src/state/lmdb.ts'
import { randomFrom } from './events.ts'

interface Options {
  readonly keys: string
  readonly rows: string
  readonly every: string
}

interface Measured {
  readonly seconds: number
  readonly longestPause: number
  readonly checkpoints: number
  readonly total: number
}

async function main({ keys, rows, every }: Options): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-bench-'))
  const events = eventsOf(Number(rows), Number(keys))
  const stores: readonly [string, () => StateStore | undefined][] = [
    ['none', () => undefined],
    ['memory', memoryStore],
    ['lmdb', () => lmdbStore(join(folder, 'state'))],
  ]
  try {
    const plain = await measured(events, undefined, Number(every))
    const table = new Table({
      head: ['store', 'seconds', 'of no store', 'checkpoints', 'longest pause ms', 'resume s'],
    })
    for (const [name, open] of stores) {
      const store = open()
      const run = await measured(events, store, Number(every))
      if (run.total !== plain.total) throw new Error(`${name}: ${run.total} instead of ${plain.total}`)
      const resume = store === undefined ? '' : (await resumed(events, open() as StateStore, folder)).toFixed(2)
      table.push([
        name,
        run.seconds.toFixed(2),
        (run.seconds / plain.seconds).toFixed(2),
        run.checkpoints,
        run.longestPause.toFixed(0),
        resume,
      ])
    }
    console.log(table.toString())
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Event = readonly [key: number, value: number]

function eventsOf(rows: number, keys: number): Event[] {
  const random = randomFrom(42)
  return Array.from({ length: rows }, (): Event => [Math.floor(random() * keys), Math.floor(random() * 1_000)])
}

function planOf(events: Iterable<Event>, add: (sum: number) => void) {
  const p = pipeline('checkpoints')
  p.read(fromIterable(events), { name: 'events', timestamp: () => 0 }).pipe(
    keyBy(([key]) => key),
    windowInto(global()),
    aggregate({ count: count(), sum: sum(([, value]: Event) => value) }, { name: 'sums' }),
    write(
      forEach((row) => add(row.value.sum)),
      { name: 'out' },
    ),
  )
  return p.plan()
}

async function measured(events: readonly Event[], store: StateStore | undefined, every: number): Promise<Measured> {
  let total = 0
  let checkpoints = 0
  const plan = planOf(events, (sum) => {
    total += sum
  })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const startedAt = performance.now()
  const { done } = localRunner().run(plan, {
    ...(store && { checkpoint: { store, every } }),
    onCheckpoint: () => {
      checkpoints++
    },
  })
  await done
  delay.disable()
  return { seconds: (performance.now() - startedAt) / 1000, longestPause: delay.max / 1e6, checkpoints, total }
}

/** A run is suspended in the middle of its rows; how long the next one takes until it reads on. */
async function resumed(events: readonly Event[], store: StateStore, folder: string): Promise<number> {
  const fresh = store.kind === 'memory' ? memoryStore() : lmdbStore(join(folder, 'resume'))
  const first = localRunner().run(
    planOf(events, () => {}),
    { checkpoint: { store: fresh, every: 3_600_000 } },
  )
  while ((first.progress().reads[0]?.rows ?? 0) < events.length / 2) await new Promise(setImmediate)
  await first.suspend()
  const rows = first.progress().reads[0]?.rows ?? 0
  const startedAt = performance.now()
  const second = localRunner().run(
    planOf(events, () => {}),
    { checkpoint: { store: fresh, every: 3_600_000 } },
  )
  while ((second.progress().reads[0]?.rows ?? 0) <= rows) await new Promise(setImmediate)
  const seconds = (performance.now() - startedAt) / 1000
  await second.cancel()
  return seconds
}

const command = new Command()
  .option('--keys <n>', 'distinct keys', '1000000')
  .option('--rows <n>', 'events', '10000000')
  .option('--every <ms>', 'milliseconds between two checkpoints', '10000')
  .parse()
await main(command.opts<Options>())
