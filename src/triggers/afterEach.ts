import type { Trigger, TriggerCause, TriggerMachine, TriggerState } from '../core/trigger.ts'
import { afterFirst } from './afterFirst.ts'
import { at, type CompositeState, causesOf, compositeMachine, mergeChild } from './compositeTrigger.ts'
import { repeatedly } from './repeatedly.ts'
import { checkChildren } from './triggerArguments.ts'

/**
 * Runs the triggers one after another: fires with the first that has not finished, and goes on to the next when it
 * has; finished when all are (R56).
 *
 * Throws INVALID_ARGUMENT without triggers.
 *
 * @example
 * afterEach(afterCount(1), repeatedly(afterCount(100))) // the first element at once, then every 100
 */
export function afterEach<C extends TriggerCause>(...triggers: readonly Trigger<C>[]): Trigger<C> {
  checkChildren('afterEach', triggers)
  return {
    spec: { kind: 'afterEach', triggers: triggers.map((trigger) => trigger.spec) },
    causes: causesOf(...triggers.map((trigger) => trigger.causes)),
    // In merging windows the later ones see elements too.
    quietUntilEnd: triggers.every((trigger) => trigger.quietUntilEnd),
    mayFinish: (allowedLateness) => triggers.every((trigger) => trigger.mayFinish(allowedLateness)),
    continuation: () => repeatedly(afterFirst(...triggers.map((trigger) => trigger.continuation()))),
    machine: eachMachine(triggers.map((trigger) => trigger.machine)),
  }
}

function eachMachine(machines: readonly TriggerMachine[]): TriggerMachine<CompositeState> {
  const isFinished = (children: readonly TriggerState[]) => children.every((child) => child.finished)
  const sideBySide = compositeMachine(machines, {
    shouldFire(state, moment) {
      const i = currentOf(state)
      return machines[i]?.shouldFire(at(state.children, i), moment) ?? false
    },
    onFire(state, moment) {
      const fired = currentOf(state)
      machines[fired]?.onFire(at(state.children, fired), moment)
      if (moment.merging) {
        // The pane went out for those that only ran beside; the one that fired knows what it still counts.
        machines.forEach((machine, i) => {
          if (i !== fired) machine.clear(at(state.children, i))
        })
      }
      state.finished = isFinished(state.children)
    },
    isFinished,
  })
  return {
    ...sideBySide,
    onElement(state, moment) {
      // Where windows merge, a finished trigger may come back to life and a later one may become the first (R56).
      if (moment.merging) return sideBySide.onElement(state, moment)
      const i = currentOf(state)
      machines[i]?.onElement(at(state.children, i), moment)
    },
    onMerge(parts, moment) {
      let isReached = true
      const children = machines.map((machine, i) => {
        if (!isReached) return machine.create()
        const child = mergeChild(machine, parts, i, moment)
        isReached = child.finished
        return child
      })
      return { finished: isFinished(children), children }
    },
    eventTimeWake(state, moment) {
      const i = currentOf(state)
      return machines[i]?.eventTimeWake(at(state.children, i), moment) ?? Number.POSITIVE_INFINITY
    },
    processingTimeWake(state, moment) {
      const i = currentOf(state)
      return machines[i]?.processingTimeWake(at(state.children, i), moment) ?? Number.POSITIVE_INFINITY
    },
  }
}

/** The index of the first child that has not finished, or -1. */
function currentOf(state: CompositeState): number {
  const { children } = state
  for (let i = 0; i < children.length; i++) if (!at(children, i).finished) return i
  return -1
}
