/** Events for the benchmarks: the same for every contender, and the same on every run. */

export interface Event<K> {
  readonly key: K
  readonly at: number
  readonly value: number
}

/** A linear congruential generator: numbers in [0, 1) that depend on the seed alone. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

/** Timestamps of today: JavaScript engines keep them as doubles, which cost more to store than small integers. */
const BEGIN = 1_700_000_000_000

/** `count` events, `perSecond` of them a second of event time, each up to `disorder` milliseconds behind its place. */
export function eventsOf<K>(
  count: number,
  keyOf: (index: number) => K,
  keys: number,
  perSecond: number,
  disorder: number,
): Event<K>[] {
  const random = randomFrom(42)
  return Array.from({ length: count }, (_, i) => ({
    key: keyOf(Math.floor(random() * keys)),
    at: Math.floor((i * 1_000) / perSecond - random() * disorder) + BEGIN,
    value: Math.floor(random() * 1_000),
  }))
}

export const intKey = (index: number): number => index
export const stringKey = (index: number): string => `key-${index}`
