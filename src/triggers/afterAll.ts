import type { Trigger, TriggerCause, TriggerMachine } from '../core/trigger.ts'
import { at, type CompositeState, causesOf, compositeMachine, isChildReady } from './compositeTrigger.ts'
import { checkChildren } from './triggerArguments.ts'

/**
 * Fires once, as soon as each of the triggers is ready or has finished (R57).
 *
 * Throws INVALID_ARGUMENT without triggers.
 *
 * @example
 * repeatedly(afterAll(afterCount(2), afterProcessingTime(seconds(10)))) // after 10 s, but never for a single element
 */
export function afterAll<C extends TriggerCause>(...triggers: readonly Trigger<C>[]): Trigger<C> {
  checkChildren('afterAll', triggers)
  return {
    spec: { kind: 'afterAll', triggers: triggers.map((trigger) => trigger.spec) },
    causes: causesOf(...triggers.map((trigger) => trigger.causes)),
    quietUntilEnd: triggers.every((trigger) => trigger.quietUntilEnd),
    mayFinish: () => triggers.every((trigger) => trigger.spec.kind !== 'never'),
    continuation: () => afterAll(...triggers.map((trigger) => trigger.continuation())),
    machine: allMachine(triggers.map((trigger) => trigger.machine)),
  }
}

function allMachine(machines: readonly TriggerMachine[]): TriggerMachine<CompositeState> {
  return compositeMachine(machines, {
    shouldFire(state, moment) {
      for (let i = 0; i < machines.length; i++) {
        const child = at(state.children, i)
        if (!child.finished && !at(machines, i).shouldFire(child, moment)) return false
      }
      return true
    },
    onFire(state, moment) {
      machines.forEach((machine, i) => {
        const child = at(state.children, i)
        if (isChildReady(machine, child, moment)) machine.onFire(child, moment)
        else machine.clear(child)
      })
      state.finished = true
    },
    isFinished: (children) => children.every((child) => child.finished),
  })
}
