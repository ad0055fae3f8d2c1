/**
 * P11: a run that is saved after any step and restored goes on as if nothing had happened: the rows before and the rows
 * after are those of the whole run, watermarks and counters included. A snapshot goes through bytes and back, so that
 * nothing is shared. Taking one changes nothing, nor does what happens later change it; restored twice is restored once.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { valueCoder } from '../../src/core/coders/valueCoder.ts'
import type { Plan } from '../../src/core/graph.ts'
import type { StepLog } from '../../src/core/stepLog.ts'
import type { RegionSnapshot } from '../../src/runners/local/region.ts'
import { runStepLog, type StepRun, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { interleavedLogs } from '../../src/testing/arbitraries/interleavedLogs.ts'
import { countPanes } from './support/countRows.ts'
import { type Everything, everythingOf, linesOf, rowsIn } from './support/everything.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { acceptedPlan, GROUP, OTHER_READ, READ, SHAPES } from './support/plans.ts'
import { ALL_KINDS, livelyWindowings } from './support/windowings.ts'

/** A restored run costs as much as a whole one, so of each script only some snapshots are restored. */
const everyFifth = fc.nat({ max: 4 })

const windowings = livelyWindowings({ kinds: ALL_KINDS, unsafe: true })

test.each(Object.entries(SHAPES))('P11: a run goes on from any of its snapshots: %s', (name, shape) => {
  const splits = name === 'twoReads' ? { [READ]: ['0', '1'], [OTHER_READ]: ['0'] } : { [READ]: ['0', '1'] }
  const logs = interleavedLogs({ splits, maxSteps: 10, keys: 2, allowedLateness: 3, atomic: true })
  const reached: Reached = { EARLY: 0, ON_TIME: 0, buffered: 0, rowsBefore: 0, rowsAfter: 0 }
  checkLaw(
    fc.property(windowings, windowings, logs, everyFifth, (windowing, then, log, offset) => {
      const plan = acceptedPlan(shape, windowing, then)
      if (plan === undefined) return
      const whole = linesOf(everythingOf(plan, runStepLog(plan, log)))
      // One run is saved after every step, which must not change it.
      const run = startStepRun(plan, log)
      const saves = [saveOf(plan, run)]
      for (const step of log.steps) {
        run.apply(step)
        saves.push(saveOf(plan, run))
        if (run.log().groups.some(({ buffered }) => buffered > 0)) reach(reached, 'buffered')
      }
      run.close()
      expect(linesOf(everythingOf(plan, run.log()))).toEqual(whole)

      for (const [cut, { snapshot, bytes, before }] of saves.entries()) {
        // What happened later has not changed the snapshot.
        expect(encode(snapshot)).toBe(bytes)
        if (cut % 5 !== offset) continue
        const once = restore(plan, log, bytes)
        expect(encode(once.snapshot())).toBe(bytes)
        for (const restored of [once, restore(plan, log, encode(once.snapshot()))]) {
          restored.apply(...log.steps.slice(cut))
          restored.close()
          expect(linesOf(everythingOf(plan, restored.log(), before))).toEqual(whole)
        }
        if (rowsIn(before) > 0) reach(reached, 'rowsBefore')
        if (rowsIn(before) < rowsIn(everythingOf(plan, run.log()))) reach(reached, 'rowsAfter')
      }
      countPanes(reached, run.log().rows[GROUP] ?? [])
    }),
    40,
    reached,
  )
})

interface Saved {
  readonly snapshot: RegionSnapshot
  readonly bytes: string
  readonly before: Everything
}

function saveOf(plan: Plan, run: StepRun): Saved {
  const snapshot = run.snapshot()
  return { snapshot, bytes: encode(snapshot), before: everythingOf(plan, run.log()) }
}

function encode(snapshot: RegionSnapshot): string {
  return new TextDecoder().decode(valueCoder.encode(snapshot))
}

function restore(plan: Plan, log: StepLog, bytes: string): StepRun {
  // What was encoded from a snapshot is one.
  const snapshot = valueCoder.decode(new TextEncoder().encode(bytes)) as RegionSnapshot
  return startStepRun(plan, log, { restore: snapshot })
}
