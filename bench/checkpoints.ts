/**
 * `npm run bench:checkpoints -- [--keys N] [--rows N] [--every MS] [--strings] [--stateful] [--timers] [--only STORE]`: what checkpoints
 * cost a keyed job. A count and a sum per key in one long window, as an aggregate or in two cells of a stateful step, which may put off a
 * timer with each row, with no store, in memory and on lmdb, in turn; the results are compared first.
 * For each: the time of the rows beside that of the runs without a store before and after it; what one checkpoint adds to it, in time and in processor time,
 * garbage collection included; the longest time for which the event loop could do nothing else, while rows were read (once all
 * keys are known: tables that grow stop the loop too) and at the end, when a million panes leave at once; and how long runs
 * that go on from a suspended one take from their start to their first row out.
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Table from 'cli-table3'
import { Command } from 'commander'
import {
  aggregate,
  count,
  filter,
  forEach,
  global,
  keyBy,
  localRunner,
  memoryStore,
  pipeline,
  type StateStore,
  stateful,
  sum,
  value,
  windowInto,
  write,
} from '../src/index.ts'
import { lmdbStore } from '../src/state/lmdb.ts'
import { positionedSource } from './positionedSource.ts'

interface Options {
  readonly keys: string
  readonly rows: string
  readonly every: string
  readonly strings?: boolean
  readonly stateful?: boolean
  readonly timers?: boolean
  readonly only?: string
}

interface Measured {
  /** Until the last row was read: what follows is as long without a store. */
  readonly seconds: number
  readonly processorSeconds: number
  readonly longestPause: number
  readonly longestPauseAtEnd: number
  /** How many were longer than the goal. */
  readonly longPauses: number
  /** The most processor time of the thread in one of them, where the system tells; the rest went to other processes. */
  readonly longestWork: number
  readonly checkpoints: number
  readonly total: number
}

/** When timers fire: after all rows. */
const TIMER_AT = Date.UTC(2026, 0)
/** The goal, in milliseconds. */
const LONG_PAUSE = 25
/** The first one in a process meets code that has not run before. */
const RESUMES = 3

async function main({
  keys,
  rows,
  every,
  strings = false,
  timers: hasTimers = false,
  stateful: isStateful = hasTimers,
  only,
}: Options): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-bench-'))
  const events = eventsOf(Number(keys), Number(rows), { strings, isStateful, hasTimers })
  const stores: readonly [string, () => StateStore][] = [
    ['memory', memoryStore],
    ['lmdb', () => lmdbStore(join(folder, 'state'))],
  ]
  const table = new Table({
    head: [
      'store',
      'seconds',
      'checkpoints',
      's each',
      'cpu s each',
      'pause ms',
      'its work',
      'over 25',
      'at end ms',
      'resume s',
    ],
  })
  const show = (name: string, run: Measured, more: readonly (string | number)[]): void => {
    const [each, processor, resume] = more
    const { longestPause, longestWork, longPauses, longestPauseAtEnd } = run
    const pauses = [longestPause.toFixed(0), longestWork.toFixed(0), longPauses, longestPauseAtEnd.toFixed(0)]
    const costs = [each ?? '', processor ?? '']
    table.push([name, run.seconds.toFixed(2), run.checkpoints, ...costs, ...pauses, resume ?? ''])
  }
  try {
    await measured({ ...events, rows: events.cycle }, undefined, Number(every))
    let before = await measured(events, undefined, Number(every))
    show('none', before, [])
    for (const [name, open] of stores) {
      if (only !== undefined && only !== name) continue
      const run = await measured(events, open(), Number(every))
      const after = await measured(events, undefined, Number(every))
      if (run.total !== after.total) throw new Error(`${name}: ${run.total} instead of ${after.total}`)
      // What the machine gives changes from minute to minute: a run stands beside those before and after it.
      const cost = (of: (run: Measured) => number): string =>
        ((of(run) - (of(before) + of(after)) / 2) / run.checkpoints).toFixed(2)
      const resumes = await resumed(events, name === 'memory' ? memoryStore() : lmdbStore(join(folder, 'resume')))
      show(name, run, [
        cost(({ seconds }) => seconds),
        cost(({ processorSeconds }) => processorSeconds),
        resumes.map((seconds) => seconds.toFixed(2)).join(' '),
      ])
      show('none', after, [])
      before = after
    }
    console.log(table.toString())
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Event = readonly [key: number | string, value: number]

/** Rows over and over again, two for each key on average: `cycle` of them know every key that there is. */
interface Events {
  readonly isStateful: boolean
  readonly hasTimers: boolean
  readonly cycle: number
  readonly rows: number
  readonly rowAt: (place: number) => Event
}

function eventsOf(
  keys: number,
  rows: number,
  { strings, ...kind }: { readonly strings: boolean } & Pick<Events, 'isStateful' | 'hasTimers'>,
): Events {
  const cycle = 2 * keys
  return {
    ...kind,
    cycle,
    rows,
    rowAt(place) {
      const mixed = mix(place % cycle)
      const key = mixed % keys
      return [strings ? `customer-${key}` : key, (mixed >>> 8) % 1_000]
    },
  }
}

/** Numbers of 32 bits in no order; each number has one of its own. */
function mix(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 16), 0x45d9f3b)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** Sums per key, which leave at the end, and a branch without state whose first row says that the run is under way. */
function planOf(events: Events, add: (sum: number) => void, onRow: () => void) {
  const p = pipeline('checkpoints')
  const rows = p.read(positionedSource(events.rows, events.rowAt), { name: 'events', timestamp: () => 0 })
  const keyed = rows.pipe(
    keyBy(([key]) => key),
    windowInto(global()),
  )
  if (events.isStateful) {
    keyed.pipe(
      stateful({
        name: 'sums',
        cells: { count: value(() => 0), sum: value(() => 0) },
        onElement(state, [, amount], { setTimer }): undefined {
          state.count += 1
          state.sum += amount
          if (events.hasTimers) setTimer(TIMER_AT + amount)
        },
        onTimer: (): undefined => {},
        *onWindowExpiration(state) {
          yield state.sum
        },
      }),
      write(
        forEach((row) => add(row.value)),
        { name: 'out' },
      ),
    )
  } else {
    keyed.pipe(
      aggregate({ count: count(), sum: sum(([, amount]: Event) => amount) }, { name: 'sums' }),
      write(
        forEach((row) => add(row.value.sum)),
        { name: 'out' },
      ),
    )
  }
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
  const pauses = { reading: 0, end: 0, long: 0, work: 0 }
  let workedBefore = workedSoFar()
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
      if (rows > events.cycle) {
        pauses.reading = Math.max(pauses.reading, now - tickAt)
        if (now - tickAt > LONG_PAUSE) pauses.long++
        const worked = workedSoFar()
        pauses.work = Math.max(pauses.work, worked - workedBefore)
        workedBefore = worked
      } else workedBefore = workedSoFar()
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
    longPauses: pauses.long,
    longestWork: pauses.work,
    checkpoints,
    total,
  }
}

/** Processor time of the thread so far, in milliseconds, without its waiting for others to leave the processor; NaN where nobody tells. */
function workedSoFar(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6
  } catch {
    return Number.NaN
  }
}

/** What earlier runs left is no part of this one. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

/** A run is suspended in the middle of its rows; how long the next ones take until their first rows come out. */
async function resumed(events: Events, store: StateStore): Promise<number[]> {
  const checkpoint = { store, every: 3_600_000 }
  const ignore = (): void => {}
  const first = localRunner().run(planOf(events, ignore, ignore), { checkpoint })
  while ((first.progress().reads[0]?.rows ?? 0) < events.rows / 2) await new Promise(setImmediate)
  await first.suspend()
  const seconds: number[] = []
  for (let run = 0; run < RESUMES; run++) seconds.push(await untilFirstRow(events, checkpoint))
  return seconds
}

async function untilFirstRow(events: Events, checkpoint: { readonly store: StateStore }): Promise<number> {
  collect()
  const startedAt = performance.now()
  let firstRowAt = Number.NaN
  const plan = planOf(
    events,
    () => {},
    () => {
      if (Number.isNaN(firstRowAt)) firstRowAt = performance.now()
    },
  )
  const run = localRunner().run(plan, { checkpoint })
  while (Number.isNaN(firstRowAt)) await new Promise(setImmediate)
  await run.cancel()
  return (firstRowAt - startedAt) / 1000
}

const command = new Command()
  .option('--keys <n>', 'distinct keys', '1000000')
  .option('--rows <n>', 'events', '10000000')
  .option('--every <ms>', 'milliseconds between two checkpoints', '10000')
  .option('--strings', 'keys are strings')
  .option('--stateful', 'counts and sums in cells of a stateful step')
  .option('--timers', 'the same, with a timer that each row puts off')
  .option('--only <store>', 'memory or lmdb')
  .parse()
await main(command.opts<Options>())
