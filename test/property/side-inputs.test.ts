/**
 * R94, R95, R107: steps that look into other collections. The engine gives what the reference runner gives, whatever its
 * own options are: which elements wait, when they leave, what they see, where the watermark stands meanwhile. The reference
 * keeps every pane for ever, so that what the engine forgets is shown not to be missed.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { referenceTrace } from '../../docs/reference-runner/run.ts'
import { valueCoder } from '../../src/core/coders/valueCoder.ts'
import type { Plan } from '../../src/core/graph.ts'
import { MAX_TIMESTAMP, type Timestamp } from '../../src/core/time.ts'
import { expiryOf, type Window, windowId } from '../../src/core/window.ts'
import type { RegionSnapshot } from '../../src/runners/local/region.ts'
import { runStepLog, type StepRunOptions, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import { windowingDescriptions } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { CaptureChains, captures } from './support/captureChain.ts'
import { type Emitted, emittedBy, emittedByReference, emittedLines } from './support/emitted.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { acceptedPlan } from './support/plans.ts'
import { rowText } from './support/rowText.ts'
import { LOOKS, portsOf, SIDE_SHAPES, splitsOf } from './support/sideShapes.ts'
import { livelyWindowings } from './support/windowings.ts'

const windowings = livelyWindowings({ unsafe: true })
const sideWindowings = windowingDescriptions({ kinds: ['tumbling', 'sliding', 'global'] })
const options: fc.Arbitrary<StepRunOptions> = fc.record({
  mayGenerate: fc.boolean(),
  mayFuse: fc.boolean(),
  strictCoders: fc.boolean(),
  bundleSize: fc.constantFrom(1, 2, 5, 1000),
})

test.each(Object.entries(SIDE_SHAPES))('R94: the local runner conforms to the reference: %s', (name, shape) => {
  const logs = interleavedLogs({ splits: splitsOf(name), allowedLateness: 3, atomic: true, maxSteps: 12 })
  const reached: Reached = { rows: 0, waited: 0, ended: 0 }
  checkLaw(
    fc.property(
      windowings,
      sideWindowings,
      logs,
      fc.nat(),
      options,
      (windowing, then, { steps, ...log }, drawn, own) => {
        const plan = acceptedPlan(shape, windowing, then)
        if (plan === undefined) return
        // Half of the runs are looked at in the middle.
        const cut = drawn % 2 === 0 ? steps.length : drawn % steps.length
        const part = { ...log, steps: steps.slice(0, cut) }
        const trace = referenceTrace(plan, part)
        const run = runStepLog(plan, part, { ...own, strictCoders: own.strictCoders === true && name !== 'maps' })
        expect(linesOf(plan, (port) => emittedBy(run, port))).toEqual(
          linesOf(plan, (port) => emittedByReference(trace, port)),
        )
        expect(run.groups).toEqual(trace.groups)
        reach(reached, 'rows', run.rows[LOOKS]?.length ?? 0)
        if (run.groups.some(({ step, buffered }) => step === LOOKS && buffered > 0)) reach(reached, 'waited')
        if (cut === steps.length) {
          reach(reached, 'ended')
          for (const { step, buffered, openWindows } of run.groups) {
            if (step === LOOKS) expect({ buffered, openWindows }).toEqual({ buffered: 0, openWindows: 0 })
          }
        }
      },
    ),
    80,
    reached,
  )
})

test.each(Object.entries(SIDE_SHAPES))(
  'P11, R94: a run in which elements wait goes on from a snapshot: %s',
  (name, shape) => {
    const logs = interleavedLogs({ splits: splitsOf(name), allowedLateness: 3, maxSteps: 10 })
    const reached: Reached = { heldOver: 0, contentsOver: 0 }
    checkLaw(
      fc.property(windowings, sideWindowings, logs, fc.nat(), (windowing, then, log, drawn) => {
        const plan = acceptedPlan(shape, windowing, then)
        if (plan === undefined) return
        const whole = runStepLog(plan, log)
        const cut = drawn % (log.steps.length + 1)
        const run = startStepRun(plan, log)
        run.apply(...log.steps.slice(0, cut))
        // What was encoded from a snapshot is one.
        const snapshot = valueCoder.decode(valueCoder.encode(run.snapshot())) as RegionSnapshot
        const restored = startStepRun(plan, log, { restore: snapshot })
        expect(valueCoder.encode(restored.snapshot())).toEqual(valueCoder.encode(snapshot))
        restored.apply(...log.steps.slice(cut))
        for (const port of portsOf(plan)) {
          const rows = [...(run.log().rows[port] ?? []), ...(restored.log().rows[port] ?? [])]
          expect(rows.map(rowText)).toEqual((whole.rows[port] ?? []).map(rowText))
        }
        expect(restored.log().groups).toEqual(whole.groups)
        const { waiting, sides } = stateIn(snapshot)
        if (waiting.length > 0) reach(reached, 'heldOver')
        if (sides.some(({ fired }) => fired.length > 0)) reach(reached, 'contentsOver')
      }),
      50,
      reached,
    )
  },
)

test.each(Object.entries(SIDE_SHAPES))(
  'P11, R94: a chain of barriers gives back what waits and what it waits for: %s',
  (name, shape) => {
    const logs = interleavedLogs({ splits: splitsOf(name), allowedLateness: 3, maxSteps: 14 })
    const reached: Reached = { parts: 0, unread: 0, readLater: 0, 'waits and has waited': 0, windows: 0, rowsAfter: 0 }
    checkLaw(
      fc.property(windowings, sideWindowings, logs, captures, fc.nat(), (windowing, then, log, drawn, seed) => {
        const plan = acceptedPlan(shape, windowing, then)
        if (plan === undefined) return
        const run = startStepRun(plan, log)
        const chains = new CaptureChains(reached)
        const cut = seed % (log.steps.length + 1)
        let hasWaited = false
        for (const [at, step] of log.steps.slice(0, cut).entries()) {
          run.apply(step)
          const { reads, begins } = drawn[at % drawn.length] ?? { reads: 0, begins: false }
          chains.read(reads)
          if (begins) chains.begin(run)
          hasWaited ||= begins && stateIn(run.snapshot()).waiting.length > 0
        }
        const { waiting, sides } = stateIn(run.snapshot())
        if (waiting.length > 0 && hasWaited) reach(reached, 'waits and has waited')
        if (sides.some(({ fired }) => fired.length > 0)) reach(reached, 'windows')
        const { now, ordinal } = chains.begin(run)
        const before = portsOf(plan).map((port) => run.log().rows[port]?.length ?? 0)
        run.apply(...log.steps.slice(cut))
        const resumed = startStepRun(plan, log, { resume: { now, ordinal, nodes: chains.states() } })
        resumed.apply(...log.steps.slice(cut))
        for (const [at, port] of portsOf(plan).entries()) {
          const rest = (resumed.log().rows[port] ?? []).map(rowText)
          expect(rest).toEqual((run.log().rows[port] ?? []).slice(before[at]).map(rowText))
          if (rest.length > 0) reach(reached, 'rowsAfter')
        }
        expect(resumed.log().groups).toEqual(run.log().groups)
      }),
      60,
      reached,
    )
  },
)

test('R94: elements leave when a pane comes or the window ends, and windows are forgotten when none can look into them', () => {
  const logs = interleavedLogs({ splits: splitsOf('singletons'), allowedLateness: 3, maxSteps: 16 })
  const reached: Reached = {
    waited: 0,
    'released by a pane': 0,
    'released by the watermark': 0,
    behindAnother: 0,
    default: 0,
    replaced: 0,
    evicted: 0,
    'late side pane': 0,
    'dropped late': 0,
    'several windows': 0,
  }
  const kinds = windowingDescriptions({ kinds: ['tumbling', 'sliding', 'session'] })
  const ofSides = windowingDescriptions({ kinds: ['tumbling', 'sliding'] })
  checkLaw(
    fc.property(kinds, ofSides, logs, (windowing, then, log) => {
      const plan = acceptedPlan(SIDE_SHAPES.singletons, windowing, then)
      if (plan === undefined) return
      const run = startStepRun(plan, log)
      let before = stateIn(run.snapshot())
      for (const step of log.steps) {
        run.apply(step)
        const after = stateIn(run.snapshot())
        const [side] = after.sides
        const [sideBefore] = before.sides
        if (side === undefined || sideBefore === undefined) throw new Error('no side input')
        // Whatever is kept is there for an element that waits, or may still come (R94).
        for (const { window } of side.fired) {
          const isNeeded = after.waiting.length > 0 || expiryOf(window, windowing.allowedLateness) >= after.watermark
          expect(isNeeded).toBe(true)
        }
        count(before, after, sideBefore, side)
        before = after
      }
      for (const { value } of run.log().rows[LOOKS] ?? []) {
        if ((value as { readonly amount: number }).amount < -80) reach(reached, 'default')
      }
      reach(reached, 'dropped late', run.log().rows[`${LOOKS}:late`]?.length ?? 0)
      const panes = run.log().rows.view ?? []
      const last = new Map(panes.map(({ window }) => [window && windowId(window), 0]))
      if (panes.length > last.size) reach(reached, 'replaced')
      if (windowing.window.kind === 'sliding' && (run.log().rows[LOOKS] ?? []).length > 0)
        reach(reached, 'several windows')
    }),
    200,
    reached,
  )

  function count(before: State, after: State, sideBefore: SideState, side: SideState): void {
    if (after.waiting.length > before.waiting.length) reach(reached, 'waited')
    if (after.waiting.length > 1) reach(reached, 'behindAnother')
    if (after.waiting.length < before.waiting.length) {
      const hasFired = side.fired.length > sideBefore.fired.length
      reach(reached, hasFired ? 'released by a pane' : 'released by the watermark')
    }
    if (side.fired.length < sideBefore.fired.length && after.watermark < MAX_TIMESTAMP) reach(reached, 'evicted')
    if (side.watermark > sideBefore.watermark && after.watermark > side.watermark) reach(reached, 'late side pane')
  }
})

interface SideState {
  readonly watermark: Timestamp
  readonly fired: readonly { readonly window: Window; readonly elements: readonly unknown[] }[]
}

interface State {
  readonly watermark: Timestamp
  readonly waiting: readonly { readonly window: Window | undefined }[]
  readonly sides: readonly SideState[]
}

/** What the step with side inputs remembers. */
function stateIn(snapshot: RegionSnapshot): State {
  return snapshot.nodes[LOOKS] as State
}

function linesOf(plan: Plan, emitted: (port: string) => Emitted): string[] {
  return portsOf(plan).flatMap((port) => [`-- ${port}`, ...emittedLines(emitted(port))])
}
