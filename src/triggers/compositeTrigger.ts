/**
 * What the triggers with several children have in common. Each rule of their own (when they are ready, what a firing
 * does, when they are finished) stands in the file of the trigger.
 */
import type { Timestamp } from '../core/time.ts'
import type { TriggerCause, TriggerMachine, TriggerMoment, TriggerState } from '../core/trigger.ts'

export interface CompositeState extends TriggerState {
  /** One per child, in the children's order. Merges: each by its child. */
  children: TriggerState[]
}

/** What tells one composite from another. */
export interface CompositeRule {
  shouldFire(state: CompositeState, moment: TriggerMoment): boolean
  /** Fires the children that take part, and says whether the whole has finished. */
  onFire(state: CompositeState, moment: TriggerMoment): void
  /** Whether the whole has finished after a merge made its children these. */
  isFinished(children: readonly TriggerState[]): boolean
}

/** A machine whose children all see every element and wait side by side. */
export function compositeMachine(
  machines: readonly TriggerMachine[],
  rule: CompositeRule,
): TriggerMachine<CompositeState> {
  function earliest(
    state: CompositeState,
    moment: TriggerMoment,
    domain: 'eventTimeWake' | 'processingTimeWake',
  ): Timestamp {
    return machines.reduce((wake, machine, i) => {
      const child = childOf(state, i)
      return child.finished ? wake : Math.min(wake, machine[domain](child, moment))
    }, Number.POSITIVE_INFINITY)
  }

  return {
    create: () => ({ finished: false, children: machines.map((machine) => machine.create()) }),
    onElement(state, moment) {
      machines.forEach((machine, i) => {
        machine.onElement(childOf(state, i), moment)
      })
    },
    onMerge(parts, moment) {
      const children = machines.map((machine, i) => mergeChild(machine, parts, i, moment))
      return { finished: rule.isFinished(children), children }
    },
    shouldFire: rule.shouldFire,
    onFire: rule.onFire,
    clear(state) {
      machines.forEach((machine, i) => {
        machine.clear(childOf(state, i))
      })
    },
    eventTimeWake: (state, moment) => earliest(state, moment, 'eventTimeWake'),
    processingTimeWake: (state, moment) => earliest(state, moment, 'processingTimeWake'),
    copy: (state) => ({
      finished: state.finished,
      children: machines.map((machine, i) => machine.copy(childOf(state, i))),
    }),
  }
}

export function childOf(state: CompositeState, i: number): TriggerState {
  // A state has as many children as its machine: both come from the same list.
  return state.children[i] as TriggerState
}

export function mergeChild(
  machine: TriggerMachine,
  parts: readonly CompositeState[],
  i: number,
  moment: TriggerMoment,
): TriggerState {
  const states = parts.map((part) => childOf(part, i))
  return machine.onMerge(states, moment)
}

/** True when the child has not finished and would fire. */
export function isChildReady(machine: TriggerMachine, child: TriggerState, moment: TriggerMoment): boolean {
  return !child.finished && machine.shouldFire(child, moment)
}

/** The causes of several triggers together, each once. */
export function causesOf<C extends TriggerCause>(...lists: readonly (readonly C[])[]): readonly C[] {
  return [...new Set(lists.flat())]
}
