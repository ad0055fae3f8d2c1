export interface Event {
  readonly id: number
  readonly user: string
  readonly at: number
  readonly amount: number
}

/** Milliseconds by which an event may come after others that happened later. */
const DISORDER = 3_000

/** The same events each time. One in twenty comes again; users come and go, so that sessions end and states expire. */
export function* eventsOf(limit: number): Generator<Event> {
  let seed = 20_260_101
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  for (let place = 0; place < limit; place++) {
    yield {
      id: random(20) === 0 ? Math.max(0, place - random(50)) : place,
      user: `user-${Math.floor(place / 500) + random(40)}`,
      at: place * 10 - random(DISORDER),
      amount: random(1_000),
    }
  }
}
