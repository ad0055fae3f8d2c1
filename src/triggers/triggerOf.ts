import { DataflowError } from '../core/errors.ts'
import type { Trigger, TriggerSpec } from '../core/trigger.ts'
import { afterAll } from './afterAll.ts'
import { afterCount } from './afterCount.ts'
import { afterEach } from './afterEach.ts'
import { afterFirst } from './afterFirst.ts'
import { afterProcessingTime } from './afterProcessingTime.ts'
import { afterSynchronizedProcessingTime } from './afterSynchronizedProcessingTime.ts'
import { afterWatermark } from './afterWatermark.ts'
import { defaultTrigger } from './defaultTrigger.ts'
import { never } from './never.ts'
import { orFinally } from './orFinally.ts'
import { repeatedly } from './repeatedly.ts'

/**
 * The trigger that a spec describes: the way back from a plan's data to behaviour, and from generated data to triggers.
 *
 * Throws INVALID_ARGUMENT for a custom trigger, whose machine is code, and whatever the trigger's own function refuses.
 *
 * @example
 * triggerOf({ kind: 'repeatedly', trigger: { kind: 'afterCount', count: 100 } })
 */
export function triggerOf(spec: TriggerSpec): Trigger {
  switch (spec.kind) {
    case 'default':
      return defaultTrigger()
    case 'never':
      return never()
    case 'afterCount':
      return afterCount(spec.count)
    case 'afterProcessingTime':
      return afterProcessingTime(spec.steps)
    case 'afterSynchronizedProcessingTime':
      return afterSynchronizedProcessingTime()
    case 'afterWatermark':
      return afterWatermark({
        ...(spec.early && { early: triggerOf(spec.early) }),
        ...(spec.late && { late: triggerOf(spec.late) }),
      })
    case 'repeatedly':
      return repeatedly(triggerOf(spec.trigger))
    case 'afterEach':
      return afterEach(...spec.triggers.map(triggerOf))
    case 'afterFirst':
      return afterFirst(...spec.triggers.map(triggerOf))
    case 'afterAll':
      return afterAll(...spec.triggers.map(triggerOf))
    case 'orFinally':
      return orFinally(triggerOf(spec.main), triggerOf(spec.until))
    case 'custom':
      throw new DataflowError('INVALID_ARGUMENT', {
        problem: `the custom trigger "${spec.name}" cannot be made from its spec.`,
        remedy: 'Its machine is code: take the trigger from the module that defines it.',
      })
    default:
      return spec satisfies never
  }
}
