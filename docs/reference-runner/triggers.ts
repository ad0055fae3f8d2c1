/**
 * Triggers are asked what they make of a history: what happened in a (key, window), from the beginning (R45-R62).
 * Custom triggers, which are code, are asked through their machine.
 */
import type { Timestamp } from '../../src/core/time.ts'
import type { Trigger, TriggerMoment, TriggerSpec, TriggerState } from '../../src/core/trigger.ts'
import { afterElement, afterFiring, afterMerge, deadlines, isReady, type Memory, start } from './triggerMemory.ts'

/** Something that happened in a (key, window). One that came from a merge begins with what happened in its parts. */
export type TriggerEvent =
  | { readonly kind: 'element' | 'fired'; readonly moment: TriggerMoment }
  | { readonly kind: 'merged'; readonly parts: readonly TriggerPast[]; readonly moment: TriggerMoment }

export interface TriggerPast {
  readonly history: readonly TriggerEvent[]
}

export interface TriggerView {
  readonly finished: boolean
  shouldFire(moment: TriggerMoment): boolean
  /** Watermarks and processing times, after the moment's, at which shouldFire may turn true by itself. */
  dueWatermark(moment: TriggerMoment): Timestamp
  deadline(moment: TriggerMoment): Timestamp
}

/** What the trigger makes of its history. */
export function viewTrigger(trigger: Trigger, { history }: TriggerPast): TriggerView {
  return trigger.causes.includes('custom') ? viewMachine(trigger, history) : viewSpec(trigger.spec, history)
}

function viewSpec(spec: TriggerSpec, history: readonly TriggerEvent[]): TriggerView {
  return {
    get finished() {
      return remember(spec, history).finished
    },
    shouldFire(moment) {
      const memory = remember(spec, history)
      return !memory.finished && isReady(spec, memory, moment)
    },
    // Every window is looked at when it ends: no built-in trigger needs more.
    dueWatermark: () => Number.POSITIVE_INFINITY,
    deadline: ({ processingTime }) =>
      Math.min(...deadlines(spec, remember(spec, history)).filter((at) => at > processingTime)),
  }
}

function remember(spec: TriggerSpec, history: readonly TriggerEvent[]): Memory {
  let memory = start(spec)
  for (const event of history) {
    if (event.kind === 'merged') {
      const parts = event.parts.map((part) => remember(spec, part.history))
      memory = afterMerge(spec, parts, event.moment)
    } else if (event.kind === 'element') memory = afterElement(spec, memory, event.moment)
    else memory = afterFiring(spec, memory, event.moment)
  }
  return memory
}

/** A custom trigger's machine changes its state in place, so it lives the history from the beginning each time. */
function viewMachine({ machine }: Trigger, history: readonly TriggerEvent[]): TriggerView {
  const live = (events: readonly TriggerEvent[]): TriggerState => {
    let state = machine.create()
    for (const event of events) {
      if (event.kind === 'merged') {
        const parts = event.parts.map((part) => live(part.history))
        state = machine.onMerge(parts, event.moment)
      } else if (event.kind === 'element') machine.onElement(state, event.moment)
      else machine.onFire(state, event.moment)
    }
    return state
  }
  const state = live(history)
  return {
    finished: state.finished,
    shouldFire: (moment) => !state.finished && machine.shouldFire(state, moment),
    dueWatermark: (moment) => machine.eventTimeWake(state, moment),
    deadline: (moment) => machine.processingTimeWake(state, moment),
  }
}
