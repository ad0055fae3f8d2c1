/**
 * What the triggers with several children have in common. Each rule of their own (when they are ready, what a firing
 * does, when they are finished) stands in the file of the trigger.
 */
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

/**
 * A machine whose children all see every element and wait side by side. What is called for each element loops by index:
 * a callback for each child is several times slower.
 */
export function compositeMachine(
  machines: readonly TriggerMachine[],
  rule: CompositeRule,
): TriggerMachine<CompositeState> {
  return {
    create: () => ({ finished: false, children: machines.map((machine) => machine.create()) }),
    onElement(state, moment) {
      for (let i = 0; i < machines.length; i++) at(machines, i).onElement(at(state.children, i), moment)
    },
    onMerge(parts, moment) {
      const children = machines.map((machine, i) => mergeChild(machine, parts, i, moment))
      return { finished: rule.isFinished(children), children }
    },
    shouldFire: rule.shouldFire,
    onFire: rule.onFire,
    clear(state) {
      for (let i = 0; i < machines.length; i++) at(machines, i).clear(at(state.children, i))
    },
    eventTimeWake(state, moment) {
      let wake = Number.POSITIVE_INFINITY
      for (let i = 0; i < machines.length; i++) {
        const child = at(state.children, i)
        if (!child.finished) wake = Math.min(wake, at(machines, i).eventTimeWake(child, moment))
      }
      return wake
    },
    processingTimeWake(state, moment) {
      let wake = Number.POSITIVE_INFINITY
      for (let i = 0; i < machines.length; i++) {
        const child = at(state.children, i)
        if (!child.finished) wake = Math.min(wake, at(machines, i).processingTimeWake(child, moment))
      }
      return wake
    },
    copy: (state) => ({
      finished: state.finished,
      children: machines.map((machine, i) => machine.copy(at(state.children, i))),
    }),
  }
}

/** The child's machine or state: a composite has as many of the one as of the other, and asks for no others. */
export function at<V>(list: readonly V[], i: number): V {
  return list[i] as V
}

export function mergeChild(
  machine: TriggerMachine,
  parts: readonly CompositeState[],
  i: number,
  moment: TriggerMoment,
): TriggerState {
  const states = parts.map((part) => at(part.children, i))
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
