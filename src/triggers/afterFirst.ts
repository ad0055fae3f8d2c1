import type { Trigger, TriggerCause, TriggerMachine } from '../core/trigger.ts'
import { at, type CompositeState, causesOf, compositeMachine, isChildReady } from './compositeTrigger.ts'
import { checkChildren } from './triggerArguments.ts'

/**
 * Fires once, as soon as any of the triggers would (R57).
 *
 * Throws INVALID_ARGUMENT without triggers.
 *
 * @example
 * repeatedly(afterFirst(afterCount(100), afterProcessingTime(seconds(10)))) // every 100 elements, or after 10 s
 */
export function afterFirst<C extends TriggerCause>(...triggers: readonly Trigger<C>[]): Trigger<C> {
  checkChildren('afterFirst', triggers)
  return {
    spec: { kind: 'afterFirst', triggers: triggers.map((trigger) => trigger.spec) },
    causes: causesOf(...triggers.map((trigger) => trigger.causes)),
    quietUntilEnd: triggers.every((trigger) => trigger.quietUntilEnd),
    mayFinish: () => true,
    continuation: () => afterFirst(...triggers.map((trigger) => trigger.continuation())),
    machine: firstMachine(triggers.map((trigger) => trigger.machine)),
  }
}

/** The same trigger by Beam's other name. */
export const afterAny: typeof afterFirst = afterFirst

function firstMachine(machines: readonly TriggerMachine[]): TriggerMachine<CompositeState> {
  return compositeMachine(machines, {
    shouldFire(state, moment) {
      for (let i = 0; i < machines.length; i++) {
        if (isChildReady(at(machines, i), at(state.children, i), moment)) return true
      }
      return false
    },
    onFire(state, moment) {
      machines.forEach((machine, i) => {
        const child = at(state.children, i)
        // The pane went out for all of them, also for those that did not cause it.
        if (isChildReady(machine, child, moment)) machine.onFire(child, moment)
        else machine.clear(child)
      })
      state.finished = true
    },
    isFinished: (children) => children.some((child) => child.finished),
  })
}
