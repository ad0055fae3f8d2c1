/**
 * `npm run bench:checkpoints -- [--keys N] [--rows N] [--every MS] [--strings] [--only STORE]`: what checkpoints cost a keyed job.
 * A count and a sum per key in one long window, with no store, in memory and on lmdb, in turn; the results are compared first.
 * For each: the time of the rows beside that without a store; what one checkpoint adds to it, in time and in processor time,
 * garbage collection included; the longest time for which the event loop could do nothing else, while rows were read (once all
 * keys are known: tables that grow stop the loop too) and at the end, when a million panes leave at once; and how long a run that was suspended takes from its start to its first row out.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Table from 'cli-table3'
import { Command } from 'commander'
import {
  aggregate,
  type BoundedSource,
  count,
  filter,
  forEach,
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
  readonly strings?: boolean
  readonly only?: string
}

interface Measured {
  /** Until the last row was read: what follows is as long without a store. */
  readonly seconds: number
  readonly processorSeconds: number
  readonly longestPause: number
  readonly longestPauseAtEnd: number
  readonly checkpoints: number
  readonly total: number
}

async function main({ keys, rows, every, strings = false, only }: Options): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-bench-'))
  const events = { cycle: eventsOf(Number(keys), strings), rows: Number(rows) }
  const stores: readonly [string, () => StateStore][] = [
    ['memory', memoryStore],
    ['lmdb', () => lmdbStore(join(folder, 'state'))],
  ]
  const table = new Table({
    head: ['store', 'seconds', 'checkpoints', 's each', 'cpu s each', 'pause ms', 'at end ms', 'resume s'],
  })
  const show = (name: string, run: Measured, more: readonly (string | number)[]): void => {
    const [each, processor, resume] = more
    const pauses = [run.longestPause.toFixed(0), run.longestPauseAtEnd.toFixed(0)]
    const costs = [each ?? '', processor ?? '']
    table.push([name, run.seconds.toFixed(2), run.checkpoints, ...costs, ...pauses, resume ?? ''])
  }
  try {
    await measured({ ...events, rows: events.cycle.length }, undefined, Number(every))
    const plain = await measured(events, undefined, Number(every))
    show('none', plain, [])
    for (const [name, open] of stores) {
      if (only !== undefined && only !== name) continue
      const run = await measured(events, open(), Number(every))
      if (run.total !== plain.total) throw new Error(`${name}: ${run.total} instead of ${plain.total}`)
      const perCheckpoint = (all: number): string => (all / run.checkpoints).toFixed(2)
      show(name, run, [
        perCheckpoint(run.seconds - plain.seconds),
        perCheckpoint(run.processorSeconds - plain.processorSeconds),
        (await resumed(events, name === 'memory' ? memoryStore() : lmdbStore(join(folder, 'resume')))).toFixed(2),
      ])
    }
    console.log(table.toString())
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Event = readonly [key: number | string, value: number]

/** `rows` events, the same ones over and over. */
interface Events {
  readonly cycle: readonly Event[]
  readonly rows: number
}

/** Two for each key on average, in no order. */
function eventsOf(keys: number, strings: boolean): Event[] {
  const random = randomFrom(42)
  return Array.from({ length: 2 * keys }, (): Event => {
    const key = Math.floor(random() * keys)
    return [strings ? `customer-${key}` : key, Math.floor(random() * 1_000)]
  })
}

function sourceOf({ cycle, rows }: Events): BoundedSource<Event> {
  return {
    spec: { kind: 'cycle' },
    bounded: true,
    replayable: true,
    splits: () => [{ id: 'all', restriction: null }],
    open(_split, position) {
      let at = typeof position === 'number' ? position : 0
      return {
        read(limit) {
          const from = at % cycle.length
          const values = cycle.slice(from, from + Math.min(limit, rows - at))
          at += values.length
          return { values, status: at < rows ? 'more' : 'end' }
        },
        position: () => at,
        close() {},
      }
    },
  }
}

/** Sums per key, which leave at the end, and a branch without state whose first row says that the run is under way. */
function planOf(events: Events, add: (sum: number) => void, onRow: () => void) {
  const p = pipeline('checkpoints')
  const rows = p.read(sourceOf(events), { name: 'events', timestamp: () => 0 })
  rows.pipe(
    keyBy(([key]) => key),
    windowInto(global()),
    aggregate({ count: count(), sum: sum(([, value]: Event) => value) }, { name: 'sums' }),
    write(
      forEach((row) => add(row.value.sum)),
      { name: 'out' },
    ),
  )
  rows.pipe(
    filter(([, value]) => value === 999, { name: 'rare' }),
    write(forEach(onRow), { name: 'seen' }),
  )
  return p.plan()
}

async function measured(events: Events, store: StateStore | undefined, every: number): Promise<Measured> {
  let total = 0
  let checkpoints = 0
  const plan = planOf(
    events,
    (sum) => {
      total += sum
    },
    () => {},
  )
  collect()
  const startedAt = performance.now()
  const usedBefore = process.cpuUsage()
  const run = localRunner().run(plan, {
    ...(store && { checkpoint: { store, every } }),
    onCheckpoint: ({ header }) => {
      // The first is taken before anything is read.
      if (header.phase === 'running' && (run.progress().reads[0]?.rows ?? 0) > 0) checkpoints++
    },
  })
  const pauses = { reading: 0, end: 0 }
  let readAt = startedAt
  let used = usedBefore
  let isOver = false
  let tickAt = startedAt
  const look = (): void => {
    const now = performance.now()
    const rows = run.progress().reads[0]?.rows ?? 0
    if (rows === events.rows) pauses.end = Math.max(pauses.end, now - tickAt)
    else {
      readAt = now
      used = process.cpuUsage(usedBefore)
      if (rows > events.cycle.length) pauses.reading = Math.max(pauses.reading, now - tickAt)
    }
    tickAt = now
  }
  const tick = (): void => {
    if (isOver) return
    look()
    setImmediate(tick)
  }
  setImmediate(tick)
  await run.done
  isOver = true
  look()
  return {
    seconds: (readAt - startedAt) / 1000,
    processorSeconds: (used.user + used.system) / 1e6,
    longestPause: pauses.reading,
    longestPauseAtEnd: pauses.end,
    checkpoints,
    total,
  }
}

/** What earlier runs left is no part of this one. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

/** A run is suspended in the middle of its rows; how long the next one takes until its first row comes out. */
async function resumed(events: Events, store: StateStore): Promise<number> {
  const checkpoint = { store, every: 3_600_000 }
  const ignore = (): void => {}
  const first = localRunner().run(planOf(events, ignore, ignore), { checkpoint })
  while ((first.progress().reads[0]?.rows ?? 0) < events.rows / 2) await new Promise(setImmediate)
  await first.suspend()
  collect()
  const startedAt = performance.now()
  let firstRowAt = Number.NaN
  const second = localRunner().run(
    planOf(events, ignore, () => {
      if (Number.isNaN(firstRowAt)) firstRowAt = performance.now()
    }),
    { checkpoint },
  )
  while (Number.isNaN(firstRowAt)) await new Promise(setImmediate)
  await second.cancel()
  return (firstRowAt - startedAt) / 1000
}

const command = new Command()
  .option('--keys <n>', 'distinct keys', '1000000')
  .option('--rows <n>', 'events', '10000000')
  .option('--every <ms>', 'milliseconds between two checkpoints', '10000')
  .option('--strings', 'keys are strings')
  .option('--only <store>', 'memory or lmdb')
  .parse()
await main(command.opts<Options>())
