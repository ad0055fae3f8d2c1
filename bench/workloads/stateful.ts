/** Keyed state: two cells and a timer for each key, which each event puts off. A key that was quiet gives its sum. */
import { boundedOutOfOrderness, fromIterable, keyBy, pipeline, run, stateful, value, write } from '../../src/index.ts'
import { type Outcome, Tally, type Workload } from '../contender.ts'
import { type Event, eventsOf, intKey } from '../events.ts'
import { tallySink } from '../tallySink.ts'

const quiet = 300
const disorder = 100

export function quietKeys(events: number, keys: number, goal: number): Workload {
  return {
    name: `state, two cells and a timer, ${keys.toLocaleString('en')} keys`,
    events,
    contenders: () => {
      const input = eventsOf(events, intKey, keys, 20_000, disorder)
      return {
        hand: { name: 'loop', goal, run: () => byHand(input) },
        engine: { name: 'tidemark', run: () => byEngine(input) },
      }
    },
  }
}

interface Quiet {
  count: number
  sum: number
}

interface Timed {
  readonly timestamp: number
  setTimer(at: number): void
}

function onElement(state: Quiet, event: Event<number>, { timestamp, setTimer }: Timed): undefined {
  state.count += 1
  state.sum += event.value
  setTimer(timestamp + quiet)
}

function* onTimer(state: Quiet): Generator<number> {
  yield state.sum + state.count
  state.count = 0
  state.sum = 0
}

// The loop's own: functions that met the state of both would be slower for either.

function handElement(state: Quiet, event: Event<number>, { timestamp, setTimer }: Timed): undefined {
  state.count += 1
  state.sum += event.value
  setTimer(timestamp + quiet)
}

function* handTimer(state: Quiet): Generator<number> {
  yield state.sum + state.count
  state.count = 0
  state.sum = 0
}

interface Cell extends Quiet {
  /** Infinity for no timer. */
  due: number
}

/** A map of keys, and one of the milliseconds at which to look at some of them. It calls the same functions, of its own. */
function byHand(events: readonly Event<number>[]): Outcome {
  const tally = new Tally()
  const cells = new Map<number, Cell>()
  const waiting = new Map<number, number[]>()
  let highest = Number.NEGATIVE_INFINITY
  let next = Number.POSITIVE_INFINITY
  let due = Number.POSITIVE_INFINITY
  const setTimer = (at: number): void => {
    due = at
  }
  const context = { timestamp: 0, setTimer }
  const reach = (watermark: number): void => {
    for (; next < watermark; next++) {
      for (const key of waiting.get(next) ?? []) {
        const cell = cells.get(key)
        if (cell === undefined || cell.due !== next) continue
        for (const total of handTimer(cell)) tally.add(total)
        if (cell.count === 0 && cell.sum === 0) cells.delete(key)
        else cell.due = Number.POSITIVE_INFINITY
      }
      waiting.delete(next)
      if (waiting.size === 0) break
    }
  }
  for (const event of events) {
    const { key, at } = event
    let cell = cells.get(key)
    if (cell === undefined) {
      cell = { count: 0, sum: 0, due: Number.POSITIVE_INFINITY }
      cells.set(key, cell)
    }
    context.timestamp = at
    handElement(cell, event, context)
    cell.due = due
    const others = waiting.get(due)
    if (others) others.push(key)
    else waiting.set(due, [key])
    if (due < next) next = due
    if (at > highest) {
      highest = at
      reach(at - disorder)
    }
  }
  reach(highest + quiet + 1)
  return tally.outcome
}

async function byEngine(events: readonly Event<number>[]): Promise<Outcome> {
  const tally = new Tally()
  const p = pipeline('quiet')
  p.read(fromIterable(events), { timestamp: (e) => e.at, watermark: boundedOutOfOrderness(disorder) }).pipe(
    keyBy((e) => e.key),
    stateful({
      name: 'quiet',
      cells: { count: value(() => 0), sum: value(() => 0) },
      onElement,
      onTimer,
    }),
    write(tallySink(tally, (n) => n)),
  )
  await run(p)
  return tally.outcome
}
