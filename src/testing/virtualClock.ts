import type { Clock } from '../core/clock.ts'
import { DataflowError, showValue } from '../core/errors.ts'
import type { Duration, Timestamp } from '../core/time.ts'
import { yieldToHost } from '../runners/local/yieldToHost.ts'
import { loadEngine } from './loadEngine.ts'

/** A clock that moves only by hand. */
export interface VirtualClock extends Clock {
  /**
   * Moves to `time` (ms) by way of every moment at which somebody asked to be woken, and lets the run work at each.
   * Await it. Throws INVALID_ARGUMENT for a time that is behind.
   */
  advanceTo(time: Timestamp): Promise<void>
  /** advanceTo(now() + duration). */
  advanceBy(duration: Duration): Promise<void>
}

/** How often a run may go round between two moments before the clock moves on: enough to save a checkpoint in memory. */
const TURNS = 30

/**
 * Processing time for tests of live runs: no sleeping, and the same result on every machine.
 *
 *     const clock = virtualClock()
 *     const { done } = localRunner().run(p.plan(), { clock })
 *     await clock.advanceBy(seconds(30))
 */
export function virtualClock(startAt: Timestamp = 0): VirtualClock {
  let now = startAt
  const sleepers = new Set<{ readonly time: Timestamp; readonly wake: () => void }>()

  const wakeDue = (): void => {
    for (const sleeper of [...sleepers].sort((a, b) => a.time - b.time)) {
      if (sleeper.time > now) break
      if (sleepers.delete(sleeper)) sleeper.wake()
    }
  }
  const loaded = loadEngine()
  const settle = async (): Promise<void> => {
    await loaded
    for (let turn = 0; turn < TURNS; turn++) await yieldToHost()
  }

  const advanceTo = async (time: Timestamp): Promise<void> => {
    if (!Number.isInteger(time) || time < now) {
      throw new DataflowError('INVALID_ARGUMENT', {
        problem: `the clock cannot go from ${now} to ${showValue(time)}.`,
        remedy: 'Processing time is whole milliseconds and only rises.',
      })
    }
    await settle()
    for (;;) {
      const next = Math.min(time, ...[...sleepers].map((sleeper) => sleeper.time))
      now = Math.max(now, next)
      wakeDue()
      await settle()
      if (now === time && ![...sleepers].some((sleeper) => sleeper.time <= now)) return
    }
  }

  return {
    now: () => now,
    wakeAt(time, wake) {
      const sleeper = { time, wake }
      sleepers.add(sleeper)
      if (time <= now) void yieldToHost().then(wakeDue)
      return () => {
        sleepers.delete(sleeper)
      }
    },
    advanceTo,
    advanceBy: (duration) => advanceTo(now + duration),
  }
}
