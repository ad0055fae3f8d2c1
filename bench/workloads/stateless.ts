/** Five stateless steps: map, filter, map, filter, map. The hand-written loop calls the same functions. */
import { from, filter as rxFilter, map as rxMap, tap } from 'rxjs'
import { boundedOutOfOrderness, filter, fromIterable, map, pipeline, run, write } from '../../src/index.ts'
import { type Outcome, Tally, type Workload } from '../contender.ts'
import { type Event, eventsOf, intKey } from '../events.ts'
import { tallySink } from '../tallySink.ts'

type Click = Event<number>

const toPrice = (e: Click): number => e.value * 3
const isDear = (price: number): boolean => price % 7 !== 0
const withTax = (price: number): number => price + 19
const isOdd = (price: number): boolean => price % 2 === 1
const doubled = (price: number): number => price * 2
const disorder = 2_000
/** Generated code is to be so many times as fast as RxJS's own operators. */
const RXJS_GOAL = 4

export function stateless(events: number, goal: number, generateCode: boolean): Workload {
  return {
    name: generateCode ? 'stateless, 5 steps' : 'stateless, 5 steps, no eval',
    events,
    contenders: () => {
      const clicks = eventsOf(events, intKey, 1_000, 10_000, disorder)
      return {
        hand: { name: 'loop', goal, run: () => byHand(clicks) },
        engine: { name: 'tidemark', run: () => byEngine(clicks, generateCode) },
        others: [
          { name: 'rxjs operators', ...(generateCode && { goal: RXJS_GOAL }), run: () => byRxjs(clicks) },
          { name: 'rxjs with time', run: () => byTimedRxjs(clicks) },
        ],
      }
    },
  }
}

function byHand(clicks: readonly Click[]): Outcome {
  const tally = new Tally()
  let highest = Number.NEGATIVE_INFINITY
  let watermark = Number.NEGATIVE_INFINITY
  let late = 0
  for (const click of clicks) {
    const timestamp = timestampOf(click)
    if (!Number.isInteger(timestamp)) throw new RangeError(`timestamp ${timestamp}`)
    if (timestamp < watermark) late++
    const price = toPrice(click)
    if (isDear(price)) {
      const taxed = withTax(price)
      if (isOdd(taxed)) tally.add(doubled(taxed))
    }
    if (timestamp > highest) {
      highest = timestamp
      watermark = timestamp - disorder
    }
  }
  if (late < 0) throw new RangeError('unreachable: keeps the count alive')
  return tally.outcome
}

async function byEngine(clicks: readonly Click[], generateCode: boolean): Promise<Outcome> {
  const tally = new Tally()
  const p = pipeline('stateless')
  p.read(fromIterable(clicks), { timestamp: timestampOf, watermark: boundedOutOfOrderness(disorder) }).pipe(
    map(toPrice),
    filter(isDear),
    map(withTax),
    filter(isOdd),
    map(doubled),
    write(tallySink(tally, (sum: number) => sum)),
  )
  await run(p, { generateCode })
  return tally.outcome
}

function byRxjs(clicks: readonly Click[]): Outcome {
  const tally = new Tally()
  from(clicks)
    .pipe(rxMap(toPrice), rxFilter(isDear), rxMap(withTax), rxFilter(isOdd), rxMap(doubled))
    .subscribe((sum) => tally.add(sum))
  return tally.outcome
}

/** The same with what the loop and the engine do besides: every element has its timestamp checked and moves the watermark. */
function byTimedRxjs(clicks: readonly Click[]): Outcome {
  const tally = new Tally()
  let highest = Number.NEGATIVE_INFINITY
  let watermark = Number.NEGATIVE_INFINITY
  let late = 0
  const keepTime = (click: Click): void => {
    const timestamp = timestampOf(click)
    if (!Number.isInteger(timestamp)) throw new RangeError(`timestamp ${timestamp}`)
    if (timestamp < watermark) late++
    if (timestamp > highest) {
      highest = timestamp
      watermark = timestamp - disorder
    }
  }
  from(clicks)
    .pipe(tap(keepTime), rxMap(toPrice), rxFilter(isDear), rxMap(withTax), rxFilter(isOdd), rxMap(doubled))
    .subscribe((sum) => tally.add(sum))
  if (late < 0) throw new RangeError('unreachable: keeps the count alive')
  return tally.outcome
}

function timestampOf(click: Click): number {
  return click.at
}
