import type { Trigger, TriggerCause, TriggerMachine } from '../core/trigger.ts'
import { at, type CompositeState, causesOf, compositeMachine, isChildReady } from './compositeTrigger.ts'
import { repeatedly } from './repeatedly.ts'

const MAIN = 0
const UNTIL = 1

/**
 * Fires whenever `main` does, until `until` is ready: that fires one last time. `until` goes on counting through the
 * firings of `main` (R58). Finished when either of them is.
 *
 * @example
 * orFinally(repeatedly(afterCount(10)), afterProcessingTime(minutes(1))) // every 10 elements, for one minute
 */
export function orFinally<M extends TriggerCause, U extends TriggerCause>(
  main: Trigger<M>,
  until: Trigger<U>,
): Trigger<M | U> {
  return {
    spec: { kind: 'orFinally', main: main.spec, until: until.spec },
    causes: causesOf<M | U>(main.causes, until.causes),
    quietUntilEnd: main.quietUntilEnd && until.quietUntilEnd,
    mayFinish: (allowedLateness) => main.mayFinish(allowedLateness) || until.mayFinish(allowedLateness),
    // The continued `until` would end at the first pane that comes down, so it starts anew.
    continuation: () => repeatedly(orFinally(main.continuation(), until.continuation())),
    machine: orFinallyMachine(main.machine, until.machine),
  }
}

function orFinallyMachine(main: TriggerMachine, until: TriggerMachine): TriggerMachine<CompositeState> {
  return compositeMachine([main, until], {
    shouldFire: (state, moment) =>
      isChildReady(main, at(state.children, MAIN), moment) || isChildReady(until, at(state.children, UNTIL), moment),
    onFire(state, moment) {
      const mainState = at(state.children, MAIN)
      const untilState = at(state.children, UNTIL)
      if (isChildReady(until, untilState, moment)) {
        until.onFire(untilState, moment)
        main.clear(mainState)
      } else {
        main.onFire(mainState, moment)
      }
      state.finished = mainState.finished || untilState.finished
    },
    isFinished: (children) => children.some((child) => child.finished),
  })
}
