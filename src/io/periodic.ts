import { DataflowError, showValue } from '../core/errors.ts'
import type { Source } from '../core/source.ts'
import type { Duration } from '../core/time.ts'

export interface PeriodicOptions {
  /** How long after one tick the next is due, in milliseconds of the machine's time. */
  readonly every: Duration
  /** Calls `tick` once after `delay` milliseconds and answers how to call that off; the machine's timer by default. */
  readonly schedule?: (tick: () => void, delay: Duration) => () => void
}

/**
 * The numbers 0, 1, 2, ... one per period: unbounded, live, one split. Ticks that a slow run has not taken yet are
 * kept and none is left out. A resumed run goes on counting at its position.
 *
 *     pipeline('heartbeat').read(periodic({ every: seconds(1) }), { timestamp: (n) => startedAt + n * 1000 })
 */
export function periodic(options: PeriodicOptions): Source<number> & { readonly bounded: false } {
  const { every, schedule = afterDelay } = options
  if (!Number.isSafeInteger(every) || every <= 0) {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `periodic: every is ${showValue(every)}, but must be a whole number of milliseconds > 0.`,
      remedy: 'Pass a duration such as seconds(1).',
    })
  }
  return {
    spec: { kind: 'periodic', every },
    bounded: false,
    replayable: false,
    splits: () => [{ id: '0', restriction: null }],
    open(_split, position) {
      let taken = typeof position === 'number' ? position : 0
      let due = taken
      let arrived = (): void => {}
      let isClosed = false
      const tick = (): void => {
        due += 1
        callOff = schedule(tick, every)
        arrived()
      }
      let callOff = schedule(tick, every)
      return {
        read(limit) {
          const values = Array.from({ length: Math.min(limit, due - taken) }, (_, i) => taken + i)
          taken += values.length
          if (values.length > 0) return { values, status: 'more' }
          if (isClosed) return { values, status: 'end' }
          const ready = new Promise<void>((resolve) => {
            arrived = resolve
          })
          return { values, status: 'wait', ready }
        },
        position: () => taken,
        close() {
          isClosed = true
          callOff()
          arrived()
        },
      }
    },
  }
}

function afterDelay(tick: () => void, delay: Duration): () => void {
  const timer = setTimeout(tick, delay)
  return () => clearTimeout(timer)
}
