import { DataflowError, showValue } from '../core/errors.ts'
import type { Duration } from '../core/time.ts'
import type { DeadlineStep, Trigger } from '../core/trigger.ts'
import { afterSynchronizedProcessingTime } from './afterSynchronizedProcessingTime.ts'
import { deadlineMachine } from './deadline.ts'
import { checkWhole } from './triggerArguments.ts'

/** Rounds a deadline up to the next `offset + i * align`; a deadline on such a time stays. */
export interface DeadlineAlignment {
  readonly align: Duration
  /** 0 when left out. */
  readonly offset?: Duration
}

/**
 * Fires once, when the processing-time clock reaches the first element's arrival plus `delay` (milliseconds), rounded up
 * to a multiple of `align` where one is given (R48, D6: at exactly the deadline). Instead of a delay it takes an ordered
 * list of steps, each applied to the result of the one before.
 *
 * Throws INVALID_ARGUMENT for a negative or fractional length, an `align` below 1, or an offset outside [0, align).
 *
 * @example
 * afterWatermark({ early: afterProcessingTime(seconds(10), { align: minutes(1) }) })
 */
export function afterProcessingTime(
  delay: Duration | readonly DeadlineStep[],
  alignment?: DeadlineAlignment,
): Trigger<'processing-time'> {
  const steps: DeadlineStep[] = typeof delay === 'number' ? [{ kind: 'delay', by: delay }] : [...delay]
  if (alignment) steps.push({ kind: 'align', size: alignment.align, offset: alignment.offset ?? 0 })
  for (const step of steps) checkStep(step)
  return {
    spec: { kind: 'afterProcessingTime', steps },
    causes: ['processing-time'],
    quietUntilEnd: false,
    mayFinish: () => true,
    continuation: afterSynchronizedProcessingTime,
    machine: deadlineMachine(steps),
  }
}

function checkStep(step: DeadlineStep): void {
  if (step.kind === 'delay') {
    checkWhole('afterProcessingTime', 'a delay of', step.by, 0)
    return
  }
  checkWhole('afterProcessingTime', 'an alignment of', step.size, 1)
  if (Number.isSafeInteger(step.offset) && step.offset >= 0 && step.offset < step.size) return
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `afterProcessingTime got an alignment of ${step.size} with the offset ${showValue(step.offset)}.`,
    remedy: 'Give an integer offset of at least 0 and below the alignment.',
  })
}
