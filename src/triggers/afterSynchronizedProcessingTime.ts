import type { Trigger } from '../core/trigger.ts'
import { deadlineMachine } from './deadline.ts'

/**
 * Fires once, when all processing-time work that was due upstream at the first element's arrival is done (R49). It is
 * what a grouping gets from an `afterProcessingTime` of the grouping before it. A run is one log of steps, in which
 * upstream work of a moment is always done first: the deadline is the arrival itself.
 *
 * @example
 * afterProcessingTime(seconds(10)).continuation() // afterSynchronizedProcessingTime()
 */
export function afterSynchronizedProcessingTime(): Trigger<'processing-time'> {
  return {
    spec: { kind: 'afterSynchronizedProcessingTime' },
    causes: ['processing-time'],
    quietUntilEnd: false,
    mayFinish: () => true,
    continuation: afterSynchronizedProcessingTime,
    machine: deadlineMachine([]),
  }
}
