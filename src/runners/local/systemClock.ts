/** The machine's clock. The only place where the local runner reads it. */
import type { Clock } from '../../core/clock.ts'

/** The longest delay that timers take without wrapping around. */
const LONGEST_DELAY = 2 ** 31 - 1

export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    wakeAt(time, wake) {
      const timer = setTimeout(wake, Math.min(Math.max(0, time - Date.now()), LONGEST_DELAY))
      return () => clearTimeout(timer)
    },
  }
}
