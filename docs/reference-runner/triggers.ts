/**
 * Triggers are asked what they make of a history: what happened in a (key, window), from the beginning (R45-R62).
 * Custom triggers, which are code, are asked through their machine.
 */
import type { Timestamp } from '../../src/core/time.ts'
import type { Trigger, TriggerMachine, TriggerMoment, TriggerSpec, TriggerState } from '../../src/core/trigger.ts'
import {
  afterElement,
  afterFiring,
  afterMerge,
  childrenOf,
  deadlines,
  isReady,
  type Memory,
  start,
} from './triggerMemory.ts'

/** Something that happened in a (key, window). One that came from a merge begins with what happened in its parts. */
export type TriggerEvent =
  | { readonly kind: 'element' | 'fired'; readonly moment: TriggerMoment }
  | { readonly kind: 'merged'; readonly parts: readonly TriggerPast[]; readonly moment: TriggerMoment }

export interface TriggerPast {
  readonly history: readonly TriggerEvent[]
}

export function isFinished(trigger: Trigger, past: TriggerPast): boolean {
  return isCustom(trigger) ? live(trigger.machine, past).finished : remember(trigger.spec, past).finished
}

/** Whether the trigger, looked at in this moment, would fire. */
export function shouldFire(trigger: Trigger, past: TriggerPast, moment: TriggerMoment): boolean {
  if (isCustom(trigger)) {
    const state = live(trigger.machine, past)
    return !state.finished && trigger.machine.shouldFire(state, moment)
  }
  const memory = remember(trigger.spec, past)
  return !memory.finished && isReady(trigger.spec, memory, moment)
}

/** The watermark after the moment's at which the trigger asks to be looked at, besides the end of its window. */
export function wakeWatermark(trigger: Trigger, past: TriggerPast, moment: TriggerMoment): Timestamp {
  return isCustom(trigger)
    ? trigger.machine.eventTimeWake(live(trigger.machine, past), moment)
    : Number.POSITIVE_INFINITY
}

/** The processing time after the moment's at which the trigger asks to be looked at. */
export function wakeTime(trigger: Trigger, past: TriggerPast, moment: TriggerMoment): Timestamp {
  if (isCustom(trigger)) return trigger.machine.processingTimeWake(live(trigger.machine, past), moment)
  const asked = deadlines(trigger.spec, remember(trigger.spec, past))
  return Math.min(...asked.filter((at) => at > moment.processingTime))
}

/** True when any part of the trigger is code. */
function isCustom({ spec }: { readonly spec: TriggerSpec }): boolean {
  return spec.kind === 'custom' || childrenOf(spec).some((child) => isCustom({ spec: child }))
}

/** What a built-in trigger remembers of its past. */
function remember(spec: TriggerSpec, { history }: TriggerPast): Memory {
  let memory = start(spec)
  for (const event of history) {
    if (event.kind === 'merged') {
      const parts = event.parts.map((part) => remember(spec, part))
      memory = afterMerge(spec, parts, event.moment)
    } else if (event.kind === 'element') memory = afterElement(spec, memory, event.moment)
    else memory = afterFiring(spec, memory, event.moment)
  }
  return memory
}

/** A custom trigger's machine changes its state in place, so it lives its past from the beginning each time. */
function live(machine: TriggerMachine, { history }: TriggerPast): TriggerState {
  let state = machine.create()
  for (const event of history) {
    if (event.kind === 'merged') {
      const parts = event.parts.map((part) => live(machine, part))
      state = machine.onMerge(parts, event.moment)
    } else if (event.kind === 'element') machine.onElement(state, event.moment)
    else machine.onFire(state, event.moment)
  }
  return state
}
