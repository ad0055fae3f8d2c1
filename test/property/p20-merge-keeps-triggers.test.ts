import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TriggerMachine, TriggerMoment, TriggerSpec, TriggerState } from '../../src/core/trigger.ts'
import { maxTimestamp } from '../../src/core/window.ts'
import { triggerScripts } from '../../src/testing/arbitraries/triggerScripts.ts'
import { triggerSpecs } from '../../src/testing/arbitraries/triggerSpecs.ts'
import { runTrigger, type TriggerScript } from '../../src/testing/runTrigger.ts'
import { triggerOf } from '../../src/triggers/triggerOf.ts'

const RUNS = Number(process.env.TIDEMARK_RUNS ?? 1)
const HORIZON = 40

const merging = triggerScripts({ merges: true })
const any = triggerSpecs({ unsafe: true })

interface Merge {
  readonly parts: readonly TriggerState[]
  readonly merged: TriggerState
  readonly moment: TriggerMoment
  readonly machine: TriggerMachine
}

/** Every merge of a run, with copies of what went in and came out. */
function mergesOf(spec: TriggerSpec, script: TriggerScript): Merge[] {
  const trigger = triggerOf(spec)
  const { machine } = trigger
  const merges: Merge[] = []
  const onMerge = (states: readonly TriggerState[], moment: TriggerMoment) => {
    const parts = states.map((state) => machine.copy(state))
    const merged = machine.onMerge(states, moment)
    merges.push({ parts, merged: machine.copy(merged), moment, machine })
    return merged
  }
  runTrigger({ ...trigger, machine: { ...machine, onMerge } }, script)
  return merges
}

/** What has finished and whose turn it is: the state without counts and deadlines. */
function phaseOf(state: unknown): string {
  return JSON.stringify(state, (field, value) => (field === 'count' || field === 'deadline' ? 0 : value))
}

/** How long until a state is ready, when one of the times moves on and nothing else happens. */
function readyAfter(machine: TriggerMachine, state: TriggerState, at: TriggerMoment, moved: readonly Clock[]): number {
  for (let by = 0; by <= HORIZON; by++) {
    const moment = { ...at }
    for (const clock of moved) moment[clock] += by
    if (machine.shouldFire(state, moment)) return by
  }
  return Number.POSITIVE_INFINITY
}

type Clock = 'watermark' | 'processingTime'
const WAYS: readonly (readonly Clock[])[] = [['watermark'], ['processingTime'], ['watermark', 'processingTime']]

test('P20: a merge that keeps the phase of a part fires no later than that part would have', () => {
  const seen = { kept: 0, atClock: 0, atEnd: 0, earlier: 0 }
  fc.assert(
    fc.property(any, merging, (spec, script) => {
      for (const { parts, merged, moment, machine } of mergesOf(spec, script)) {
        for (const part of parts) {
          if (part.finished || phaseOf(part) !== phaseOf(merged)) continue
          seen.kept++
          for (const moved of WAYS) {
            const alone = readyAfter(machine, part, moment, moved)
            const together = readyAfter(machine, merged, moment, moved)
            expect(together).toBeLessThanOrEqual(alone)
            if (together < alone) seen.earlier++
            if (alone > 0 && alone <= HORIZON) seen[moved[0] === 'watermark' ? 'atEnd' : 'atClock']++
          }
        }
      }
    }),
    { numRuns: 500 * RUNS },
  )
  expect(Math.min(seen.kept, seen.atClock, seen.atEnd, seen.earlier)).toBeGreaterThan(0)
})

const onTime = fc
  .record({ early: any, late: any }, { requiredKeys: [] })
  .map((children): TriggerSpec => ({ kind: 'afterWatermark', ...children }))
const firesAtEnd = fc.oneof(
  onTime,
  onTime.map((trigger): TriggerSpec => ({ kind: 'repeatedly', trigger })),
  fc.constant<TriggerSpec>({ kind: 'default' }),
)

test('P20: a merge into a window that has not ended always asks for its end, also after a rewind', () => {
  const seen = { merges: 0, rewound: 0, finishedPart: 0 }
  fc.assert(
    fc.property(firesAtEnd, merging, (spec, script) => {
      for (const { parts, merged, moment, machine } of mergesOf(spec, script)) {
        if (moment.watermark > maxTimestamp(moment.window)) continue
        expect(merged.finished).toBe(false)
        expect(machine.eventTimeWake(merged, moment)).toBeLessThanOrEqual(moment.window.end)
        expect(machine.shouldFire(merged, { ...moment, watermark: moment.window.end })).toBe(true)
        seen.merges++
        if (parts.some((part) => phaseOf(part) !== phaseOf(merged))) seen.rewound++
        if (parts.some((part) => part.finished)) seen.finishedPart++
      }
    }),
    { numRuns: 500 * RUNS },
  )
  expect(Math.min(seen.merges, seen.rewound, seen.finishedPart)).toBeGreaterThan(0)
})

test('P20: a merge takes the earliest of the deadlines that wait in its parts', () => {
  let several = 0
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), merging, (by, script) => {
      const spec: TriggerSpec = {
        kind: 'afterWatermark',
        early: { kind: 'afterProcessingTime', steps: [{ kind: 'delay', by }] },
      }
      for (const { parts, merged, moment, machine } of mergesOf(spec, script)) {
        if (moment.watermark > maxTimestamp(moment.window)) continue
        const wakes = parts.map((part) => machine.processingTimeWake(part, moment)).filter(Number.isFinite)
        const wake = machine.processingTimeWake(merged, moment)
        expect(wake).toBeLessThanOrEqual(Math.min(...wakes))
        if (wakes.length > 1) several++
      }
    }),
    { numRuns: 300 * RUNS },
  )
  expect(several).toBeGreaterThan(0)
})
