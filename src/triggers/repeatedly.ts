import type { Trigger, TriggerCause, TriggerMachine, TriggerMoment, TriggerState } from '../core/trigger.ts'

interface RepeatedlyState extends TriggerState {
  /** The trigger that is repeated: never finished, because it starts anew at once. */
  repeated: TriggerState
}

/**
 * Fires whenever `trigger` does; when that finishes it starts anew, so this never finishes (R55).
 *
 * @example
 * repeatedly(afterCount(100)) // a pane for every 100 elements
 */
export function repeatedly<C extends TriggerCause>(trigger: Trigger<C>): Trigger<C> {
  return {
    spec: { kind: 'repeatedly', trigger: trigger.spec },
    causes: trigger.causes,
    quietUntilEnd: trigger.quietUntilEnd,
    mayFinish: () => false,
    continuation: () => repeatedly(trigger.continuation()),
    machine: repeatedlyMachine(trigger.machine),
  }
}

/** Fires, and gives the state to go on with: a new one when the firing finished the trigger. */
export function fireAgain(machine: TriggerMachine, state: TriggerState, moment: TriggerMoment): TriggerState {
  machine.onFire(state, moment)
  return restartIfFinished(machine, state)
}

/** Merges, and gives the state to go on with: a new one when the merge finished the trigger. */
export function mergeAgain(
  machine: TriggerMachine,
  parts: readonly TriggerState[],
  moment: TriggerMoment,
): TriggerState {
  return restartIfFinished(machine, machine.onMerge(parts, moment))
}

function restartIfFinished(machine: TriggerMachine, state: TriggerState): TriggerState {
  return state.finished ? machine.create() : state
}

function repeatedlyMachine(machine: TriggerMachine): TriggerMachine<RepeatedlyState> {
  return {
    create: () => ({ finished: false, repeated: machine.create() }),
    onElement: (state, moment) => machine.onElement(state.repeated, moment),
    onMerge(parts, moment) {
      const repeated = parts.map((part) => part.repeated)
      return { finished: false, repeated: mergeAgain(machine, repeated, moment) }
    },
    shouldFire: (state, moment) => machine.shouldFire(state.repeated, moment),
    onFire(state, moment) {
      state.repeated = fireAgain(machine, state.repeated, moment)
    },
    clear: (state) => machine.clear(state.repeated),
    eventTimeWake: (state, moment) => machine.eventTimeWake(state.repeated, moment),
    processingTimeWake: (state, moment) => machine.processingTimeWake(state.repeated, moment),
    copy: (state) => ({ finished: false, repeated: machine.copy(state.repeated) }),
  }
}
