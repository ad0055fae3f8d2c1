/** Keyed sliding windows of 60 s by 1 s: sum, with 5 s of disorder. The best loop keeps slices and a running total. */
import {
  aggregate,
  boundedOutOfOrderness,
  fromIterable,
  keyBy,
  pipeline,
  run,
  sliding,
  sum,
  windowInto,
  write,
} from '../../src/index.ts'
import { type Outcome, Tally, type Workload } from '../contender.ts'
import { type Event, eventsOf, intKey } from '../events.ts'
import { tallySink } from '../tallySink.ts'

const period = 1_000
const slices = 60
const disorder = 5_000

interface Slice {
  readonly sums: Float64Array
  readonly counts: Int32Array
}

export function slidingSum(events: number, keys: number, goal: number): Workload {
  return {
    name: `sliding 60 s by 1 s, sum, ${keys} keys`,
    events,
    contenders: () => {
      const input = eventsOf(events, intKey, keys, 20_000, disorder)
      return {
        hand: { name: 'loop over slices', goal, run: () => byHand(input, keys) },
        engine: { name: 'tidemark', run: () => byEngine(input) },
      }
    },
  }
}

/** Knows that keys are small integers and that sums of integers can be subtracted: the best that a loop can do. */
function byHand(events: readonly Event<number>[], keys: number): Outcome {
  const tally = new Tally()
  const open = new Map<number, Slice>()
  const totals = new Float64Array(keys)
  const counts = new Int32Array(keys)
  let watermark = Number.NEGATIVE_INFINITY
  let highest = Number.NEGATIVE_INFINITY
  let nextEnd = Number.POSITIVE_INFINITY
  const fold = (slice: Slice | undefined, sign: 1 | -1): void => {
    if (slice === undefined) return
    for (let key = 0; key < keys; key++) {
      totals[key] = (totals[key] as number) + sign * (slice.sums[key] as number)
      counts[key] = (counts[key] as number) + sign * (slice.counts[key] as number)
    }
  }
  const closeUpTo = (limit: number): void => {
    for (; nextEnd <= limit; nextEnd += period) {
      if (open.size === 0) {
        nextEnd = Number.POSITIVE_INFINITY
        return
      }
      fold(open.get(nextEnd - period), 1)
      for (let key = 0; key < keys; key++) if ((counts[key] as number) > 0) tally.add(totals[key] as number)
      const oldest = nextEnd - slices * period
      fold(open.get(oldest), -1)
      open.delete(oldest)
    }
  }
  for (const { key, at, value } of events) {
    const start = at - (((at % period) + period) % period)
    if (start + period > watermark) {
      let slice = open.get(start)
      if (slice === undefined) {
        slice = { sums: new Float64Array(keys), counts: new Int32Array(keys) }
        open.set(start, slice)
        if (start + period < nextEnd) nextEnd = start + period
      }
      slice.sums[key] = (slice.sums[key] as number) + value
      slice.counts[key] = (slice.counts[key] as number) + 1
    }
    if (at > highest) {
      highest = at
      watermark = at - disorder
      if (watermark >= nextEnd) closeUpTo(watermark)
    }
  }
  closeUpTo(Number.POSITIVE_INFINITY)
  return tally.outcome
}

async function byEngine(events: readonly Event<number>[]): Promise<Outcome> {
  const tally = new Tally()
  const p = pipeline('sliding')
  p.read(fromIterable(events), { timestamp: (e) => e.at, watermark: boundedOutOfOrderness(disorder) }).pipe(
    keyBy((e) => e.key),
    windowInto(sliding(slices * period, period)),
    aggregate({ sum: sum((e) => e.value) }),
    write(tallySink(tally, (r: { readonly sum: number }) => r.sum)),
  )
  await run(p)
  return tally.outcome
}
