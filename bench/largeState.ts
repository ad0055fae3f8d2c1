/**
 * `npm run bench:large -- [--keys N] [--visits N] [--keys-in-memory N] [--every MS] [--strings]`: a job with more keys than its
 * heap holds. N customers are visited so many times, in orders that have nothing in common; a stateful step counts and sums the
 * visits of each in two cells, and a timer closes the customer's state two hours after the last one: all of them at the end.
 * The state is in lmdb, the heap has 512 MB. The job is suspended half way and resumed: what it takes to begin with the state
 * of half way are the seconds until its first row. Counts and sums must come out whole.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getHeapStatistics } from 'node:v8'
import Table from 'cli-table3'
import { Command } from 'commander'
import {
  type BoundedSource,
  forEach,
  global,
  keyBy,
  localRunner,
  monotonous,
  pipeline,
  stateful,
  value,
  windowInto,
  write,
} from '../src/index.ts'
import { lmdbStore } from '../src/state/lmdb.ts'
import { positionedSource } from './positionedSource.ts'

interface Options {
  readonly keys: string
  readonly visits: string
  readonly keysInMemory: string
  readonly every: string
  readonly strings?: boolean
}

interface Size {
  readonly keys: number
  /** Of each key. */
  readonly visits: number
  readonly strings: boolean
}

interface Visit {
  readonly customer: number | string
  readonly amount: number
  readonly at: number
}

interface Totals {
  customers: number
  visits: number
  amount: number
}

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 1)

/** So many visits for each key; no two neighbours of one round are near each other in another. */
function visitsOf({ keys, visits, strings }: Size): BoundedSource<Visit> {
  const visit = (row: number): Visit => {
    const place = row % keys
    const round = Math.floor(row / keys)
    const key = (place * (round % 2 === 0 ? 7_919 : 104_729) + 13 * round) % keys
    return {
      customer: strings ? `customer-${key}` : key,
      amount: key % 10,
      at: START + Math.floor((row / keys) * HOUR),
    }
  }
  return positionedSource(visits * keys, visit)
}

function planOf(size: Size, totals: Totals) {
  const p = pipeline('large-state')
  p.read(visitsOf(size), {
    name: 'visits',
    timestamp: ({ at }) => at,
    watermark: monotonous(),
  }).pipe(
    keyBy(({ customer }) => customer),
    windowInto(global()),
    stateful({
      name: 'customers',
      cells: { visits: value(() => 0), amount: value(() => 0) },
      onElement(state, { amount }: Visit, context): undefined {
        state.visits++
        state.amount += amount
        context.setTimerAfter(2 * HOUR)
      },
      onTimer(state) {
        const { visits, amount } = state
        state.visits = 0
        state.amount = 0
        return [{ visits, amount }]
      },
    }),
    write(
      forEach(({ value: { visits, amount } }) => {
        totals.customers++
        // They leave in one turn, in which nothing else can tell how far it is.
        if (totals.customers % 500_000 === 0)
          console.log(`${totals.customers} customers have left, heap ${heapInUse()}`)
        totals.visits += visits
        totals.amount += amount
      }),
      { name: 'out' },
    ),
  )
  return p.plan()
}

function heapInUse(): string {
  return `${(getHeapStatistics().used_heap_size / 1e6).toFixed(0)} MB`
}

async function main({ keysInMemory, every, strings = false, ...given }: Options): Promise<void> {
  const [keys, visits] = [Number(given.keys), Number(given.visits)]
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-large-'))
  const totals: Totals = { customers: 0, visits: 0, amount: 0 }
  const table = new Table({
    head: ['', 'rows', 'start s', 'seconds', 'rows/s', 'checkpoints', 'peak heap MB', 'peak RSS MB'],
  })
  const part = async (name: string, until: number): Promise<void> => {
    let [checkpoints, heap, memory, shownAt, started] = [0, 0, 0, 0, 0]
    const startedAt = performance.now()
    const run = localRunner().run(planOf({ keys, visits, strings }, totals), {
      checkpoint: { store: lmdbStore(join(folder, 'state')), every: Number(every), keysInMemory: Number(keysInMemory) },
      onCheckpoint: () => {
        checkpoints++
      },
      onProgress({ reads }) {
        const rows = reads[0]?.rows ?? 0
        heap = Math.max(heap, getHeapStatistics().used_heap_size)
        memory = Math.max(memory, process.memoryUsage().rss)
        const seconds = (performance.now() - startedAt) / 1000
        if (started === 0 && rows > rowsBefore) started = seconds
        if (seconds > shownAt + 10) {
          shownAt = seconds
          console.log(`${name}: ${rows} rows, ${seconds.toFixed(0)} s, heap ${heapInUse()}`)
        }
        if (rows >= until) void run.suspend().catch(() => {})
      },
    })
    const { reads } = await run.done
    const seconds = (performance.now() - startedAt) / 1000
    const rows = reads[0]?.rows ?? 0
    const done = rows - rowsBefore
    rowsBefore = rows
    const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0)
    const rate = Math.round(done / (seconds - started))
    table.push([
      name,
      done,
      started.toFixed(1),
      seconds.toFixed(1),
      rate,
      checkpoints,
      megabytes(heap),
      megabytes(memory),
    ])
  }
  let rowsBefore = 0
  try {
    await part('first half', (visits * keys) / 2)
    await part('resumed', Number.POSITIVE_INFINITY)
    console.log(table.toString())
    const expected = { customers: keys, visits: visits * keys }
    if (totals.customers !== expected.customers || totals.visits !== expected.visits) {
      throw new Error(`${JSON.stringify(totals)} came out instead of ${JSON.stringify(expected)}`)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const command = new Command()
  .option('--keys <n>', 'distinct keys', '10000000')
  .option('--visits <n>', 'visits of each key', '1')
  .option('--keys-in-memory <n>', 'keys that the step keeps in memory', '100000')
  .option('--every <ms>', 'milliseconds between two checkpoints', '5000')
  .option('--strings', 'keys are strings')
  .parse()
await main(command.opts<Options>())
