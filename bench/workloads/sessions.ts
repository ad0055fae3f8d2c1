/** Sessions with a gap of 5 s per key: count, with 2 s of disorder. */
import {
  aggregate,
  boundedOutOfOrderness,
  count,
  fromIterable,
  keyBy,
  pipeline,
  run,
  session,
  windowInto,
  write,
} from '../../src/index.ts'
import { type Outcome, Tally, type Workload } from '../contender.ts'
import { type Event, eventsOf, intKey } from '../events.ts'
import { tallySink } from '../tallySink.ts'

const gap = 5_000
const disorder = 2_000

interface Session {
  start: number
  end: number
  count: number
}

export function sessionCount(events: number, keys: number, goal: number): Workload {
  return {
    name: `sessions of 5 s, count, ${keys} keys`,
    events,
    contenders: () => {
      const input = eventsOf(events, intKey, keys, 400, disorder)
      return {
        hand: { name: 'loop', goal, run: () => byHand(input) },
        engine: { name: 'tidemark', run: () => byEngine(input) },
      }
    },
  }
}

/** Per key a short list of open sessions; ends wait in a queue of seconds and are looked at when the watermark passes. */
function byHand(events: readonly Event<number>[]): Outcome {
  const tally = new Tally()
  const open = new Map<number, Session[]>()
  const due = new Map<number, Set<number>>()
  let highest = Number.NEGATIVE_INFINITY
  let watermark = Number.NEGATIVE_INFINITY
  let looked = Number.NaN
  const wake = (key: number, end: number): void => {
    const second = Math.ceil(end / 1_000)
    const keys = due.get(second)
    if (keys) keys.add(key)
    else due.set(second, new Set([key]))
  }
  const close = (key: number): void => {
    const sessions = open.get(key)
    if (sessions === undefined) return
    const rest = sessions.filter((session) => {
      if (session.end > watermark) {
        wake(key, session.end)
        return true
      }
      tally.add(session.count)
      return false
    })
    if (rest.length === 0) open.delete(key)
    else open.set(key, rest)
  }
  for (const { key, at } of events) {
    if (at + gap > watermark) {
      const sessions = open.get(key)
      let merged: Session = { start: at, end: at + gap, count: 1 }
      if (sessions === undefined) open.set(key, [merged])
      else {
        const hit = sessions.filter((session) => session.start < merged.end && merged.start < session.end)
        for (const session of hit) {
          merged = {
            start: Math.min(merged.start, session.start),
            end: Math.max(merged.end, session.end),
            count: merged.count + session.count,
          }
        }
        open.set(key, [...sessions.filter((session) => !hit.includes(session)), merged])
      }
      wake(key, merged.end)
    }
    if (at > highest) {
      highest = at
      watermark = at - disorder
      const second = Math.floor(watermark / 1_000)
      if (Number.isNaN(looked)) looked = second - 1
      for (; looked < second; looked++) {
        const keys = due.get(looked + 1)
        due.delete(looked + 1)
        if (keys) for (const each of keys) close(each)
      }
    }
  }
  watermark = Number.POSITIVE_INFINITY
  for (const key of [...open.keys()]) close(key)
  return tally.outcome
}

async function byEngine(events: readonly Event<number>[]): Promise<Outcome> {
  const tally = new Tally()
  const p = pipeline('sessions')
  p.read(fromIterable(events), { timestamp: (e) => e.at, watermark: boundedOutOfOrderness(disorder) }).pipe(
    keyBy((e) => e.key),
    windowInto(session(gap)),
    aggregate({ n: count() }),
    write(tallySink(tally, (r: { readonly n: number }) => r.n)),
  )
  await run(p)
  return tally.outcome
}
