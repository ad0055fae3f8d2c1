import type { Clock } from '../../core/clock.ts'
import { yieldToHost } from './yieldToHost.ts'

/** Milliseconds of background work at once. */
const SLICE = 2
/** Turns that are taken in any case. */
const CALLS_PER_TURN = 64

/** For background work that offers the host its turn often: the host gets it when it is time, and every few offers. */
export function pacedYield(clock: Clock): () => Promise<void> {
  let turnAt = clock.now()
  let calls = 0
  return async () => {
    calls++
    if (calls < CALLS_PER_TURN && clock.now() - turnAt < SLICE) return
    await yieldToHost()
    turnAt = clock.now()
    calls = 0
  }
}
