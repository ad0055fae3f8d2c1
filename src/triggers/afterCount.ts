import type { Trigger, TriggerMachine, TriggerState } from '../core/trigger.ts'
import { checkWhole } from './triggerArguments.ts'

interface CountState extends TriggerState {
  /** Elements since the start or the last `clear`. Merges: sum. */
  count: number
}

/**
 * Fires once, when the window has taken `count` elements since the trigger started (R47). Alone it finishes and closes
 * the window, so it is mostly used inside another: `repeatedly(afterCount(100))`, or as an early trigger.
 *
 * Throws INVALID_ARGUMENT unless `count` is an integer of at least 1.
 *
 * @example
 * afterWatermark({ early: afterCount(1000), late: afterCount(1) })
 */
export function afterCount(count: number): Trigger<'count'> {
  checkWhole('afterCount', 'a count of', count, 1)
  return {
    spec: { kind: 'afterCount', count },
    causes: ['count'],
    quietUntilEnd: false,
    mayFinish: () => true,
    continuation: () => afterCount(1),
    machine: countMachine(count),
  }
}

function countMachine(needed: number): TriggerMachine<CountState> {
  return {
    create: () => ({ finished: false, count: 0 }),
    onElement(state) {
      state.count++
    },
    onMerge(parts) {
      // What one part has finished has happened for the whole (R45).
      if (parts.some((part) => part.finished)) return { finished: true, count: 0 }
      return { finished: false, count: parts.reduce((sum, part) => sum + part.count, 0) }
    },
    shouldFire: (state) => state.count >= needed,
    onFire(state) {
      state.finished = true
      state.count = 0
    },
    clear(state) {
      state.count = 0
    },
    eventTimeWake: () => Number.POSITIVE_INFINITY,
    processingTimeWake: () => Number.POSITIVE_INFINITY,
    copy: (state) => ({ finished: state.finished, count: state.count }),
  }
}
