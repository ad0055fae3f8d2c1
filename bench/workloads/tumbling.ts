/** Keyed tumbling windows of 10 s: count, sum and max, with 2 s of disorder, lateness and eviction. */
import {
  aggregate,
  boundedOutOfOrderness,
  count,
  fromIterable,
  keyBy,
  max,
  pipeline,
  run,
  sum,
  tumbling,
  windowInto,
  write,
} from '../../src/index.ts'
import { type Outcome, Tally, type Workload } from '../contender.ts'
import { type Event, eventsOf } from '../events.ts'
import { tallySink } from '../tallySink.ts'

const size = 10_000
const disorder = 2_000

interface Cell {
  count: number
  sum: number
  max: number
}

const toNumber = (cell: Readonly<Cell>): number => cell.count + 3 * cell.sum + 7 * cell.max

type Key = string | number

export function tumblingAggregate(
  name: string,
  events: number,
  keys: number,
  keyOf: (index: number) => Key,
  goal: number,
): Workload {
  return {
    name: `tumbling count+sum+max, ${name}`,
    events,
    contenders: () => {
      // Enough events a second that a window meets most of its keys several times.
      const input = eventsOf(events, keyOf, keys, Math.max(20_000, keys), disorder)
      return {
        hand: { name: 'loop', goal, run: () => byHand(input) },
        engine: { name: 'tidemark', run: () => byEngine(input) },
      }
    },
  }
}

/** The loop that a good engineer writes: a map of windows, each a map of keys, closed when the watermark passes. */
function byHand<K>(events: readonly Event<K>[]): Outcome {
  const tally = new Tally()
  const windows = new Map<number, Map<K, Cell>>()
  let highest = Number.NEGATIVE_INFINITY
  let watermark = Number.NEGATIVE_INFINITY
  let nextEnd = Number.POSITIVE_INFINITY
  const close = (): void => {
    for (const start of [...windows.keys()].sort((a, b) => a - b)) {
      if (start + size > watermark) break
      for (const cell of (windows.get(start) as Map<K, Cell>).values()) tally.add(toNumber(cell))
      windows.delete(start)
    }
    nextEnd = Math.min(Number.POSITIVE_INFINITY, ...[...windows.keys()].map((start) => start + size))
  }
  for (const event of events) {
    const { at } = event
    const start = at - (((at % size) + size) % size)
    if (start + size > watermark) {
      let window = windows.get(start)
      if (window === undefined) {
        window = new Map()
        windows.set(start, window)
        if (start + size < nextEnd) nextEnd = start + size
      }
      const cell = window.get(event.key)
      if (cell === undefined) window.set(event.key, { count: 1, sum: event.value, max: event.value })
      else {
        cell.count++
        cell.sum += event.value
        if (event.value > cell.max) cell.max = event.value
      }
    }
    if (at > highest) {
      highest = at
      watermark = at - disorder
      if (watermark >= nextEnd) close()
    }
  }
  watermark = Number.POSITIVE_INFINITY
  close()
  return tally.outcome
}

async function byEngine(events: readonly Event<Key>[]): Promise<Outcome> {
  const tally = new Tally()
  const p = pipeline('tumbling')
  p.read(fromIterable(events), { timestamp: (e) => e.at, watermark: boundedOutOfOrderness(disorder) }).pipe(
    keyBy((e) => e.key),
    windowInto(tumbling(size)),
    aggregate({ count: count(), sum: sum((e) => e.value), max: max((e) => e.value) }),
    write(tallySink(tally, toNumber)),
  )
  await run(p)
  return tally.outcome
}
