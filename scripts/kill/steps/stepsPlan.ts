/**
 * A plan that keeps state in every way there is: windows of each driver, with panes that are early, late and taken back, cells
 * of each kind with timers and times to live, calls in flight. Each branch ends in a file.
 */
import { join } from 'node:path'
import {
  afterCount,
  afterWatermark,
  aggregate,
  type Bounds,
  bag,
  boundedOutOfOrderness,
  combinePerKey,
  combining,
  count,
  countWindow,
  dedupe,
  fromIterable,
  keyBy,
  mapAsync,
  mapCell,
  max,
  orderedList,
  type PCollection,
  type Plan,
  pipeline,
  punctuation,
  type SinkRow,
  seconds,
  session,
  setCell,
  sliding,
  stateful,
  sum,
  toList,
  tumbling,
  value,
  windowInto,
  write,
} from '../../../src/index.ts'
import { writeNdjson } from '../../../src/io/node.ts'
import { type Event, eventsOf } from './events.ts'

/** The source says that it is two seconds late at most, and is up to three: some events are late, and some are dropped. */
const BOUND = seconds(2)

export function stepsPlan(limit: number, out: string): Plan {
  const p = pipeline('every step')
  const file = (name: string) => write(linesOf(join(out, `${name}.ndjson`)), { name: `${name} file` })
  const events = p
    .read(
      fromIterable(() => eventsOf(limit)),
      { name: 'events', timestamp: ({ at }) => at, watermark: boundedOutOfOrderness(BOUND) },
    )
    .pipe(keyBy(({ user }) => user, { name: 'by user' }))

  const totals = (name: string) =>
    aggregate({ count: count<Event>(), sum: sum((e: Event) => e.amount), max: max((e: Event) => e.amount) }, { name })
  const amounts = toList<Event>()
  const spoken = afterWatermark({ early: afterCount(3), late: afterCount(1) })

  events.pipe(
    windowInto(tumbling(seconds(10)), {
      name: 'tumbling',
      trigger: spoken,
      panes: 'accumulating',
      allowedLateness: seconds(1),
    }),
    totals('tumbling totals'),
    file('tumbling'),
  )
  events.pipe(
    windowInto(sliding(seconds(20), seconds(5)), { name: 'sliding' }),
    totals('sliding totals'),
    file('sliding'),
  )
  events.pipe(
    windowInto(session(seconds(3)), {
      name: 'sessions',
      trigger: spoken,
      panes: 'retracting',
      allowedLateness: seconds(1),
    }),
    totals('session totals'),
    file('sessions'),
  )
  events.pipe(
    windowInto(countWindow(7, { partial: 'emit' }), { name: 'sevens' }),
    combinePerKey(amounts, { name: 'lists' }),
    file('sevens'),
  )
  events.pipe(
    windowInto(
      punctuation((e: Event) => e.amount > 950, { atMost: seconds(30) }),
      { name: 'trips' },
    ),
    combinePerKey(amounts, { name: 'trip lists' }),
    file('trips'),
  )
  events.pipe(
    mapAsync(async (event) => ({ ...event, double: event.amount * 2 }), { name: 'ask', concurrency: 8 }),
    file('asked'),
  )
  events.pipe(dedupe({ name: 'once', by: ({ id }) => id, within: seconds(30) }), file('once'))
  remembered(events).pipe(file('remembered'))
  return p.plan()
}

/** Cells of every kind; a timer two seconds behind a user's latest event tells what they hold. */
function remembered(events: PCollection<Event, string, Bounds, 'global'>) {
  const lately = { ttl: { eventTime: seconds(15) } }
  return events.pipe(
    stateful({
      name: 'remember',
      cells: {
        profile: value(() => ({ visits: 0, spent: [] as number[] }), lately),
        ids: bag<number>(lately),
        hundreds: setCell<number>(lately),
        byHundred: mapCell<number, number>(lately),
        total: combining(sum(), lately),
        history: orderedList<number>(lately),
      },
      onElement({ profile, ids, hundreds, byHundred, total, history }, { id, amount, at }: Event, { setTimerAfter }) {
        const hundred = Math.floor(amount / 100)
        profile.visits++
        if (profile.spent.push(amount) > 5) profile.spent.shift()
        ids.add(id)
        if (ids.size > 20) ids.clear()
        hundreds.add(hundred)
        byHundred.set(hundred, (byHundred.get(hundred) ?? 0) + 1)
        total.add(amount)
        history.add(amount)
        history.clear(Number.MIN_SAFE_INTEGER, at - seconds(10))
        setTimerAfter(seconds(2))
        return undefined
      },
      onTimer: ({ profile, ids, hundreds, byHundred, total, history }, { at }) => [
        {
          at,
          visits: profile.visits,
          spent: [...profile.spent],
          ids: [...ids],
          hundreds: [...hundreds],
          byHundred: [...byHundred],
          total: total.get(),
          history: [...history].map((entry) => [entry.timestamp, entry.value]),
        },
      ],
    }),
  )
}

function linesOf(path: string) {
  return writeNdjson<unknown>(path, {
    retractions: true,
    encode: ({ key, window, timestamp, value, pane }: SinkRow<unknown>) => [key, window, timestamp, value, pane],
  })
}
