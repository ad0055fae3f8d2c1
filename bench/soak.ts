/**
 * `npm run soak -- [--minutes N | --seconds N]`: a job that never ends, its memory and its folder. Keys come and go: a grouping
 * in tumbling windows and a stateful step whose cells live a minute of event time, with checkpoints of both in lmdb. State is
 * bounded by open windows and by the time to live, so both must stay flat however long it runs.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import { Command } from 'commander'
import {
  aggregate,
  boundedOutOfOrderness,
  count,
  forEach,
  fromIterable,
  keyBy,
  localRunner,
  max,
  seconds as ofSeconds,
  type Plan,
  pipeline,
  stateful,
  sum,
  tumbling,
  value,
  windowInto,
  write,
} from '../src/index.ts'
import { lmdbStore } from '../src/state/lmdb.ts'
import { type Event, randomFrom } from './events.ts'

/** Growth from the first third of the looks to the last that would not be noise. */
const TOLERATED_GROWTH = 1.25
const LOOKS = 12

interface Look {
  readonly seconds: number
  readonly rows: number
  readonly checkpoints: number
  readonly heap: number
  readonly process: number
  readonly folder: number
}

function* endless(): Generator<Event<string>> {
  const random = randomFrom(7)
  for (let i = 0; ; i++) {
    const at = i - Math.floor(random() * 2_000) + 1_000_000
    // The keys in use move on, so that state of old ones must go.
    yield { key: `key-${Math.floor(i / 50) + Math.floor(random() * 5_000)}`, at, value: i % 1_000 }
  }
}

function soakPlan(): Plan {
  const p = pipeline('soak')
  const events = p
    .read(fromIterable(endless), {
      name: 'events',
      timestamp: (e) => e.at,
      watermark: boundedOutOfOrderness(2_000),
    })
    .pipe(keyBy((e) => e.key))
  events.pipe(
    windowInto(tumbling(10_000), { allowedLateness: 5_000 }),
    aggregate({ count: count(), sum: sum((e) => e.value), max: max((e) => e.value) }, { name: 'totals' }),
    write(
      forEach(() => {}),
      { name: 'windows' },
    ),
  )
  events.pipe(
    stateful({
      name: 'every tenth',
      cells: { seen: value(() => 0, { ttl: { eventTime: ofSeconds(60) } }) },
      onElement: (cells) => {
        cells.seen++
        return cells.seen % 10 === 0 ? [cells.seen] : []
      },
    }),
    write(
      forEach(() => {}),
      { name: 'tens' },
    ),
  )
  return p.plan()
}

async function main(seconds: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-soak-'))
  try {
    let checkpoints = 0
    const handle = localRunner().run(soakPlan(), {
      checkpoint: { store: lmdbStore(folder), every: 1_000 },
      onCheckpoint: () => {
        checkpoints++
      },
    })
    const looks: Look[] = []
    for (let look = 1; look <= LOOKS; look++) {
      await Promise.race([handle.done, new Promise((resolve) => setTimeout(resolve, (seconds * 1_000) / LOOKS))])
      globalThis.gc?.()
      const { heapUsed, rss } = process.memoryUsage()
      looks.push({
        seconds: (look * seconds) / LOOKS,
        rows: handle.progress().reads[0]?.rows ?? 0,
        checkpoints,
        heap: heapUsed,
        process: rss,
        folder: await sizeOf(folder),
      })
      process.stderr.write(`\r${look} of ${LOOKS} looks`)
    }
    process.stderr.write('\n')
    await handle.cancel()
    show(looks)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function show(looks: readonly Look[]): void {
  const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)
  const table = new Table({ head: ['s', 'rows', 'checkpoints', 'heap MB', 'process MB', 'folder MB'] })
  for (const { seconds, rows, checkpoints, heap, process, folder } of looks) {
    table.push([
      seconds.toFixed(0),
      rows.toLocaleString('en'),
      checkpoints,
      megabytes(heap),
      megabytes(process),
      megabytes(folder),
    ])
  }
  console.log(table.toString())
  for (const what of ['heap', 'folder'] as const) {
    const early = median(looks.slice(0, LOOKS / 3).map((look) => look[what]))
    const late = median(looks.slice(-LOOKS / 3).map((look) => look[what]))
    const verdict = late <= early * TOLERATED_GROWTH ? 'flat' : 'GROWING'
    console.log(
      `${what} is ${verdict}: ${megabytes(early)} MB early, ${megabytes(late)} MB at the end, in the middle of ${LOOKS / 3} looks each`,
    )
    if (verdict !== 'flat') process.exitCode = 1
  }
}

/** A look may come while a checkpoint is being saved: the largest says nothing. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true })
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

const { minutes, seconds } = new Command()
  .option('--minutes <n>', 'how long to run')
  .option('--seconds <n>', 'how long to run', '60')
  .parse()
  .opts<{ readonly minutes?: string; readonly seconds: string }>()
await main(minutes === undefined ? Number(seconds) : Number(minutes) * 60)
