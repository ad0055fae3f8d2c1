/**
 * R119, asynchronous steps: the engine gives what the reference runner gives; results in their order are those of a step
 * that answers at once; in any order nothing becomes late by waiting; the watermark is held where it was when the oldest
 * element in flight arrived; and a restored run goes on as if nothing had happened.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { referenceTrace } from '../../docs/reference-runner/run.ts'
import { valueCoder } from '../../src/core/coders/valueCoder.ts'
import type { Plan } from '../../src/core/graph.ts'
import { MIN_TIMESTAMP } from '../../src/core/time.ts'
import type { RegionSnapshot } from '../../src/runners/local/region.ts'
import { type LocalRunLog, runStepLog, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { disorderedLogs } from '../../src/testing/arbitraries/disorderedLogs.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import { ASYNC_SHAPES, CALLS, callsOf, synchronous, withCalls } from './support/asyncScripts.ts'
import { countPanes, droppedOf } from './support/countRows.ts'
import { type Emitted, emittedBy, emittedByReference, emittedLines } from './support/emitted.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { acceptedPlan, GROUP, LATE, OTHER_READ, planOf, READ, resultPorts } from './support/plans.ts'
import { rowText } from './support/rowText.ts'
import { DEFAULT_WINDOWING, elementsOf, withUniqueIds } from './support/scripts.ts'
import { livelyWindowings } from './support/windowings.ts'

const splits = { [READ]: ['0', '1'] }
const windowings = livelyWindowings({ unsafe: true })

test.each(Object.entries(ASYNC_SHAPES))('R119: the local runner conforms to the reference: %s', (name, shape) => {
  const logs = withCalls(interleavedLogs({ splits: splitsOf(name), allowedLateness: 3, atomic: true, maxSteps: 10 }), {
    fails: true,
    allEnd: false,
  })
  const reached: Reached = { EARLY: 0, ON_TIME: 0, completion: 0, failed: 0, inFlight: 0, idle: 0 }
  checkLaw(
    fc.property(windowings, logs, fc.constantFrom(1, 3, 1000), (windowing, log, bundleSize) => {
      const plan = acceptedPlan(shape, windowing)
      if (plan === undefined) return
      const trace = referenceTrace(plan, log)
      const run = runStepLog(plan, log, { bundleSize })
      expect(linesOf(plan, (port) => emittedBy(run, port))).toEqual(
        linesOf(plan, (port) => emittedByReference(trace, port)),
      )
      expect(run.groups).toEqual(trace.groups)
      countPanes(reached, run.rows[GROUP] ?? [])
      for (const { kind } of log.steps) reach(reached, kind)
      reach(reached, 'failed', run.rows[`${CALLS}:failed`]?.length ?? 0)
      if (callsIn(log) > (run.rows[CALLS]?.length ?? 0)) reach(reached, 'inFlight')
    }),
    70,
    reached,
  )
})

test('R119: results in their order are those of a step that answers at once', () => {
  const logs = withCalls(interleavedLogs({ splits, allowedLateness: 3, clock: false, maxSteps: 12 }), {
    fails: false,
    allEnd: true,
  })
  const reached: Reached = { EARLY: 0, ON_TIME: 0, outOfOrder: 0 }
  checkLaw(
    fc.property(windowings, logs, (windowing, log) => {
      const plan = acceptedPlan(ASYNC_SHAPES.ordered, windowing)
      if (plan === undefined) return
      const run = runStepLog(plan, log)
      const atOnce = { ...log, steps: log.steps.filter(({ kind }) => kind !== 'completion') }
      const expected = runStepLog(planOf(synchronous, windowing), atOnce, { mayFuse: false })
      for (const port of [CALLS, GROUP, LATE]) {
        expect((run.rows[port] ?? []).map(rowText)).toEqual((expected.rows[port] ?? []).map(rowText))
      }
      expect(run.groups).toEqual(expected.groups)
      expect(emittedBy(run, CALLS).watermark).toBe(emittedBy(expected, CALLS).watermark)
      countPanes(reached, run.rows[GROUP] ?? [])
      const ended = log.steps.flatMap((step) => (step.kind === 'completion' ? [step.call] : []))
      if (ended.some((call, at) => call < (ended[at - 1] ?? 0))) reach(reached, 'outOfOrder')
    }),
    100,
    reached,
  )
})

test('R119: in any order nothing becomes late by waiting', () => {
  const logs = withCalls(disorderedLogs({ allowedLateness: 3, maxSteps: 20 }).map(withUniqueIds), {
    fails: false,
    allEnd: true,
  })
  const reached: Reached = { dropped: 0, spared: 0, overtaken: 0 }
  checkLaw(
    fc.property(livelyWindowings({ kinds: ['tumbling', 'sliding'] }), logs, (windowing, log) => {
      const plan = acceptedPlan(ASYNC_SHAPES.unordered, windowing)
      if (plan === undefined) return
      const run = runStepLog(plan, log)
      const atOnce = { ...log, steps: log.steps.filter(({ kind }) => kind !== 'completion') }
      const wouldBe = lateIn(runStepLog(planOf(synchronous, windowing), atOnce))
      const late = lateIn(run)
      expect(late.filter((line) => !wouldBe.includes(line))).toEqual([])
      reach(reached, 'dropped', late.length)
      reach(reached, 'spared', wouldBe.length - late.length)
      const left = (run.rows[CALLS] ?? []).map(({ value }) => (value as { readonly id: number }).id)
      if (left.some((id, at) => id < (left[at - 1] ?? 0))) reach(reached, 'overtaken')
    }),
    150,
    reached,
  )
})

test.each(['ordered', 'unordered'] as const)('R119: elements in flight hold the watermark: %s', (name) => {
  const logs = withCalls(disorderedLogs({ clock: false }), { fails: true, allEnd: false })
  const reached: Reached = { held: 0, heldAtOwn: 0, free: 0 }
  checkLaw(
    fc.property(logs, (log) => {
      const run = startStepRun(planOf(ASYNC_SHAPES[name], DEFAULT_WINDOWING), log)
      const arrivals = elementsOf(log)
      const ended = new Set<number>()
      let input = MIN_TIMESTAMP
      log.steps.forEach((step, at) => {
        run.apply(step)
        input = emittedBy(run.log(), READ).watermark
        if (step.kind === 'completion') ended.add(step.call)
        const arrived = arrivals.filter((arrival) => arrival.step <= at)
        // In their order results wait behind the oldest that has not ended; else only what has not ended holds.
        const oldest = arrived.findIndex((_, call) => !ended.has(call))
        const expected = oldest < 0 ? input : Math.min(input, arrived[oldest]?.watermark ?? input)
        expect(emittedBy(run.log(), CALLS).watermark).toBe(expected)
        reach(reached, oldest < 0 ? 'free' : expected < input ? 'held' : 'heldAtOwn')
      })
    }),
    80,
    reached,
  )
})

test.each(Object.entries(ASYNC_SHAPES))(
  'R119: a run with calls in flight goes on from a snapshot: %s',
  (_name, shape) => {
    const logs = withCalls(interleavedLogs({ splits, allowedLateness: 3, maxSteps: 8 }), { fails: false, allEnd: true })
    const reached: Reached = { inFlight: 0, waitsForItsTurn: 0 }
    checkLaw(
      fc.property(livelyWindowings({}), logs, fc.nat(), (windowing, log, drawn) => {
        const plan = acceptedPlan(shape, windowing)
        if (plan === undefined) return
        const whole = runStepLog(plan, log)
        const cut = drawn % (log.steps.length + 1)
        const run = startStepRun(plan, log)
        run.apply(...log.steps.slice(0, cut))
        // What was encoded from a snapshot is one.
        const snapshot = valueCoder.decode(valueCoder.encode(run.snapshot())) as RegionSnapshot
        const restored = startStepRun(plan, log, { restore: snapshot })
        restored.apply(...log.steps.slice(cut))
        for (const port of [CALLS, ...resultPorts(plan)]) {
          const before = run.log().rows[port] ?? []
          const after = restored.log().rows[port] ?? []
          expect([...before, ...after].map(rowText)).toEqual((whole.rows[port] ?? []).map(rowText))
        }
        expect(restored.log().groups).toEqual(whole.groups)
        const { flights } = snapshot.nodes[CALLS] as { readonly flights: readonly { readonly result: unknown }[] }
        reach(reached, 'inFlight', flights.filter(({ result }) => result === undefined).length)
        if (shape !== ASYNC_SHAPES.unordered)
          reach(reached, 'waitsForItsTurn', flights.filter(({ result }) => result).length)
        else reached.waitsForItsTurn = 1
      }),
      60,
      reached,
    )
  },
)

function linesOf(plan: Plan, emitted: (port: string) => Emitted): string[] {
  return [CALLS, ...resultPorts(plan)].flatMap((port) => [`-- ${port}`, ...emittedLines(emitted(port))])
}

function callsIn({ steps }: Parameters<typeof runStepLog>[1]): number {
  return steps.reduce((sum, step) => sum + callsOf(step).length, 0)
}

function splitsOf(shape: string): Readonly<Record<string, readonly string[]>> {
  return shape === 'beside' ? { [READ]: ['0'], [OTHER_READ]: ['0'] } : splits
}

/** Pairs that were dropped as late. */
function lateIn(log: LocalRunLog): string[] {
  const late = (log.rows[LATE] ?? []).filter((row) => droppedOf(row).reason === 'late')
  return late.map((row) => `${(droppedOf(row).element as { readonly id: number }).id} ${row.window?.start}`)
}
