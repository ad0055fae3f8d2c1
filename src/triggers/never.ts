import type { Trigger, TriggerMachine } from '../core/trigger.ts'

/**
 * Never fires: the only pane of a window is the one that its expiry forces (R59, R66).
 *
 * @example
 * afterWatermark({ late: never() }) // on time once, and what came later when the window expires
 */
export function never(): Trigger<'never'> {
  return {
    spec: { kind: 'never' },
    causes: ['never'],
    quietUntilEnd: true,
    mayFinish: () => false,
    continuation: never,
    machine,
  }
}

const machine: TriggerMachine = {
  create: () => ({ finished: false }),
  onElement() {},
  onMerge: () => ({ finished: false }),
  shouldFire: () => false,
  onFire() {},
  clear() {},
  eventTimeWake: () => Number.POSITIVE_INFINITY,
  processingTimeWake: () => Number.POSITIVE_INFINITY,
  copy: () => ({ finished: false }),
}
