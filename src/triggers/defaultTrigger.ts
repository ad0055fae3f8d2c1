import type { Trigger, TriggerMachine } from '../core/trigger.ts'
import { isPastEnd, wakeAtEnd } from './endOfWindow.ts'

/**
 * Fires when the watermark passes the end of the window, then once for each element that comes later; it never
 * finishes (R54). It behaves as `repeatedly(afterWatermark())`.
 *
 * @example
 * windowInto(tumbling(minutes(5)), { trigger: defaultTrigger() })
 */
export function defaultTrigger(): Trigger<'watermark'> {
  return {
    spec: { kind: 'default' },
    causes: ['watermark'],
    quietUntilEnd: true,
    mayFinish: () => false,
    continuation: defaultTrigger,
    machine,
  }
}

const machine: TriggerMachine = {
  create: () => ({ finished: false }),
  onElement() {},
  onMerge: () => ({ finished: false }),
  shouldFire: (_state, moment) => isPastEnd(moment),
  onFire() {},
  clear() {},
  eventTimeWake: (_state, moment) => wakeAtEnd(moment),
  processingTimeWake: () => Number.POSITIVE_INFINITY,
  copy: () => ({ finished: false }),
}
