import type { Plan } from '../../../src/core/graph.ts'
import {
  bag,
  combining,
  keyBy,
  mapCell,
  monotonous,
  neverIdle,
  orderedList,
  pipeline,
  setCell,
  stateful,
  sum,
  toArray,
  tumbling,
  value,
  windowInto,
  write,
} from '../../../src/index.ts'
import { type Tape, tape } from '../../runners/tape.ts'

export interface Visit {
  readonly user: string
  readonly page: string
  readonly at: number
}

/** What is read before the checkpoint, and after it. */
export const BEFORE: readonly Visit[] = [
  { user: 'ada', page: '/', at: 1 },
  { user: 'bob', page: '/', at: 2 },
  { user: 'ada', page: '/new', at: 3 },
]
export const AFTER: readonly Visit[] = [
  { user: 'ada', page: '/', at: 5 },
  { user: 'bob', page: '/new', at: 12 },
]

/** A step with a cell of each kind and a timer, as the stores in fixtures/ were written by. It must stay as it is. */
export function visits(source: Tape<Visit>, out: string[]): Plan {
  const p = pipeline('visits')
  p.read(source, { name: 'visits', timestamp: ({ at }) => at, watermark: monotonous(), idle: neverIdle() }).pipe(
    keyBy(({ user }) => user, { name: 'users' }),
    windowInto(tumbling(10), { name: 'windows' }),
    stateful({
      name: 'pages',
      cells: {
        times: value(() => 0),
        last: value(() => ({ page: 'none' }), { ttl: { eventTime: 100 } }),
        path: bag<string>(),
        pages: setCell<string>(),
        byPage: mapCell<string, number>(),
        total: combining(sum((n: number) => n)),
        log: orderedList<string>(),
      },
      timers: { idle: 'processing' },
      *onElement(state, { page }, { key, timestamp, setTimer }) {
        state.times += 1
        const before = state.last.page
        state.last = { page }
        state.path.add(page)
        state.pages.add(page)
        state.byPage.set(page, (state.byPage.get(page) ?? 0) + 1)
        state.total.add(timestamp)
        state.log.add(page, 10 - timestamp)
        setTimer(8)
        setTimer(1_000_000, { family: 'idle' })
        const log = [...state.log].map((entry) => `${entry.timestamp}${entry.value}`)
        const counts = [...state.byPage].map(([name, times]) => `${name}:${times}`)
        yield `${key} ${state.times} after ${before} path ${[...state.path]} pages ${[...state.pages]} by ${counts} total ${state.total.get()} log ${log}`
      },
      *onTimer(state, { family, at }, { key }) {
        yield `${key} ${family} ${at} with ${state.times}`
      },
    }),
    write(toArray(out), { name: 'out' }),
  )
  return p.plan()
}

/** A source with these visits, and no end yet. */
export function visitsTape(visited: readonly Visit[]): Tape<Visit> {
  const source = tape<Visit>()
  source.push(...visited)
  return source
}
