/** The duties of a trigger's machine (`TriggerMachine`), each as a question about one trigger and one script. */
import type { Trigger, TriggerMachine, TriggerMoment, TriggerState } from '../../core/trigger.ts'
import { maxTimestamp, windowId } from '../../core/window.ts'
import { type CellObserver, runTrigger, type TriggerScript } from '../runTrigger.ts'

export interface TriggerRule {
  /** The rule, as a sentence. */
  readonly name: string
  /** Throws where the script breaks it; `reach` is told each time that the rule had something to say. */
  check(trigger: Trigger, script: TriggerScript, reach: () => void): void
}

export const TRIGGER_RULES: readonly TriggerRule[] = [
  {
    name: 'state is plain JSON: going through text after each call changes no firing',
    check(trigger, script, reach) {
      sameFirings(trigger, { ...trigger, machine: throughText(trigger.machine, reach) }, script, 'state as text')
    },
  },
  {
    name: 'asking changes nothing',
    check: overCells((machine, state, moment, reach) => {
      const before = JSON.stringify(state)
      machine.shouldFire(state, moment)
      machine.eventTimeWake(state, moment)
      machine.processingTimeWake(state, moment)
      equal(JSON.stringify(state), before, 'the state after shouldFire and the wakes')
      reach()
    }),
  },
  {
    name: 'a copy is equal and shares nothing',
    check: overCells((machine, state, _moment, reach) => {
      const copy = machine.copy(state)
      equal(JSON.stringify(copy), JSON.stringify(state), 'a copy')
      const parts = new Set(objectsIn(state))
      if (objectsIn(copy).some((part) => parts.has(part))) throw new Error('a copy shares objects with its original')
      reach()
    }),
  },
  {
    name: 'elements never make a ready trigger unready (R46)',
    check: overCells((machine, state, moment, reach) => {
      let wasReady = machine.shouldFire(state, moment)
      for (let element = 0; element < 6; element++) {
        machine.onElement(state, moment)
        const isReady = machine.shouldFire(state, moment)
        if (wasReady && !isReady) throw new Error(`an element made it unready: ${JSON.stringify(state)}`)
        if (wasReady) reach()
        wasReady = isReady
      }
    }),
  },
  {
    name: 'time alone makes a trigger ready at its wakes only',
    check: overCells((machine, state, moment, reach) => {
      if (machine.shouldFire(state, moment)) return
      const eventWake = machine.eventTimeWake(state, moment)
      const clockWake = machine.processingTimeWake(state, moment)
      const watermarks = between(moment.watermark, Math.min(eventWake, maxTimestamp(moment.window) + 100))
      for (const watermark of watermarks) {
        for (const processingTime of between(moment.processingTime, Math.min(clockWake, moment.processingTime + 100))) {
          if (machine.shouldFire(state, { ...moment, watermark, processingTime })) {
            throw new Error(
              `ready at watermark ${watermark} and clock ${processingTime}, before its wakes ${eventWake} and ${clockWake}`,
            )
          }
        }
      }
      reach()
    }),
  },
  {
    name: 'a trigger that says it cannot finish does not, before its window expires (R60)',
    check(trigger, script, reach) {
      for (const allowedLateness of [0, 4]) {
        if (trigger.mayFinish(allowedLateness)) continue
        const firings = runTrigger(trigger, { ...script, allowedLateness })
        const last = firings.find((firing) => firing.finished)
        if (last) throw new Error(`it finished with step ${last.step}, with an allowed lateness of ${allowedLateness}`)
        if (firings.length > 0) reach()
      }
    },
  },
  {
    name: 'a quiet trigger neither fires nor changes before its window ends, and then all cells are alike',
    check(trigger, script, reach) {
      if (!trigger.quietUntilEnd) return
      const { machine } = trigger
      const steps = script.steps.filter((step) => step.kind !== 'merge')
      for (const merging of [false, true]) {
        const firedIn = new Set<string>()
        const afterFiring = new Set<string>()
        const onElement = (state: TriggerState, moment: TriggerMoment) => {
          const before = JSON.stringify(state)
          machine.onElement(state, moment)
          if (moment.watermark > maxTimestamp(moment.window)) return
          equal(JSON.stringify(state), before, 'the state after an element before the end')
          if (machine.shouldFire(state, moment)) throw new Error('it is ready before the end')
          reach()
        }
        const onFire = (state: TriggerState, moment: TriggerMoment) => {
          machine.onFire(state, moment)
          const window = windowId(moment.window)
          if (!firedIn.has(window)) afterFiring.add(JSON.stringify(state))
          firedIn.add(window)
          if (afterFiring.size > 1) throw new Error(`cells differ after one firing: ${[...afterFiring].join(' and ')}`)
        }
        runTrigger({ ...trigger, machine: { ...machine, onFire, onElement } }, { ...script, steps, merging })
      }
    },
  },
  {
    name: 'the order of merged parts means nothing',
    check(trigger, script, reach) {
      const { machine } = trigger
      const onMerge = (parts: readonly TriggerState[], moment: TriggerMoment) => {
        if (parts.length > 1) reach()
        return machine.onMerge([...parts].reverse(), moment)
      }
      sameFirings(trigger, { ...trigger, machine: { ...machine, onMerge } }, script, 'parts in another order')
    },
  },
  {
    name: 'where no merge happens, windows that could merge fire alike',
    check(trigger, script, reach) {
      const steps = script.steps.filter((step) => step.kind !== 'merge')
      const asAligned = runTrigger(trigger, { ...script, steps, merging: false })
      const asMerging = runTrigger(trigger, { ...script, steps, merging: true })
      equal(JSON.stringify(asMerging), JSON.stringify(asAligned), 'firings in windows that could merge')
      if (asAligned.length > 0) reach()
    },
  },
  {
    name: 'clearing keeps what has finished',
    check: overCells((machine, state, _moment, reach) => {
      const { finished } = state
      machine.clear(state)
      equal(state.finished, finished, 'finished, after clear')
      reach()
    }),
  },
]

/** A rule over each cell after each step; the state given is a copy through text. */
function overCells(
  holds: (machine: TriggerMachine, state: TriggerState, moment: TriggerMoment, reach: () => void) => void,
): TriggerRule['check'] {
  return (trigger, script, reach) => {
    const observe: CellObserver = (_cell, state, moment) => {
      if (!state.finished) holds(trigger.machine, viaText(state), moment, reach)
    }
    runTrigger(trigger, script, observe)
  }
}

function viaText<S extends TriggerState>(state: S): S {
  // What JSON gives back has the shape of what it was given, or the rule on plain JSON fails.
  return JSON.parse(JSON.stringify(state)) as S
}

/** The machine with its state written as text and read again after each call that changes it. */
function throughText(machine: TriggerMachine, reach: () => void): TriggerMachine {
  const rewrite = (state: TriggerState) => {
    const text = JSON.stringify(state)
    for (const field of Object.keys(state)) Reflect.deleteProperty(state, field)
    Object.assign(state, JSON.parse(text))
    reach()
  }
  return {
    ...machine,
    create: () => viaText(machine.create()),
    copy: (state) => viaText(machine.copy(state)),
    onMerge: (parts, moment) => viaText(machine.onMerge(parts, moment)),
    onElement(state, moment) {
      machine.onElement(state, moment)
      rewrite(state)
    },
    onFire(state, moment) {
      machine.onFire(state, moment)
      rewrite(state)
    },
  }
}

function sameFirings(trigger: Trigger, other: Trigger, script: TriggerScript, what: string): void {
  equal(JSON.stringify(runTrigger(other, script)), JSON.stringify(runTrigger(trigger, script)), `firings with ${what}`)
}

function equal<V>(actual: V, expected: V, what: string): void {
  if (actual !== expected) throw new Error(`${what}: ${actual} instead of ${expected}`)
}

function objectsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return [value, ...Object.values(value).flatMap(objectsIn)]
}

/** The first, a middle and the last time from `now` to just before `end`. */
function between(now: number, end: number): number[] {
  const last = Math.max(now, end - 1)
  return [now, Math.floor((now + last) / 2), last]
}
