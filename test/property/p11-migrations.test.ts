/**
 * P11 over versions of a step: state that was saved by one version and goes on with a later one, whose cells stand in
 * another order, are migrated, new or gone, is what it would be if the step had been of the later version from the beginning.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NodeRestore } from '../../src/core/checkpoint.ts'
import { declaredStates } from '../../src/core/declaredState.ts'
import type { Plan, PlanNode } from '../../src/core/graph.ts'
import type { StatefulSpec } from '../../src/core/stateful.ts'
import { isSameState, migrateState } from '../../src/state/migrateState.ts'
import { savedRecords } from '../../src/state/savedRecords.ts'
import { disorderedLogs } from '../../src/testing/arbitraries/disorderedLogs.ts'
import { CaptureChain } from './support/captureChain.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { StateDriver } from './support/stateDriver.ts'
import { STATE } from './support/statefulShapes.ts'
import { versionedPlan } from './support/versionedPrograms.ts'

const logs = disorderedLogs({ allowedLateness: 3, maxSteps: 24, keys: 2, ends: false })
const stages = fc.array(
  fc.record({
    version: fc.nat({ max: 1 }),
    turn: fc.nat({ max: 8 }),
    steps: fc.nat({ max: 12 }),
    captures: fc.boolean(),
  }),
  { minLength: 2, maxLength: 4 },
)

test('P11: migrated state goes on as if the later version had run from the beginning', () => {
  const reached: Reached = { migrated: 0, turned: 0, again: 0, twice: 0, rowsAfter: 0, gone: 0, parts: 0, timers: 0 }
  checkLaw(
    fc.property(logs, stages, (log, drawn) => {
      let [version, at, migrations] = [1, 0, 0]
      let plan = versionedPlan({ version, turn: 0, isFresh: () => false })
      let driver = new StateDriver(plan)
      const chain = new CaptureChain(reached)
      /** Steps that version 1 has seen. */
      let old = 0
      for (const { steps, captures, ...next } of drawn) {
        for (const step of log.steps.slice(at, at + steps)) {
          driver.apply(step)
          if (captures) chain.begin(driver.capture())
        }
        at = Math.min(at + steps, log.steps.length)
        if (version === 1) old = at
        chain.begin(driver.capture())
        version += next.version
        const later = versionedPlan({ version, turn: next.turn, isFresh: () => true })
        const { state, isMigrated } = restored(plan, later, chain.state(), driver.clockAtCapture, reached)
        if (isMigrated && ++migrations === 2) reach(reached, 'twice')
        if (!isMigrated && migrations > 0) reach(reached, 'again')
        const resumed = new StateDriver(later)
        resumed.resume(state, driver.clockAtCapture)
        plan = later
        driver = resumed
      }
      const rest = log.steps.slice(at)
      for (const step of rest) driver.apply(step)
      driver.end()

      let isFresh = false
      const whole = new StateDriver(versionedPlan({ version, turn: 0, isFresh: () => isFresh }))
      for (const [place, step] of log.steps.slice(0, at).entries()) {
        isFresh = place >= old
        whole.apply(step)
      }
      const before = whole.lines.length
      isFresh = true
      for (const step of rest) whole.apply(step)
      whole.end()
      expect(told(driver.lines)).toEqual(told(whole.lines.slice(before)))
      if (driver.lines.length > 0 && migrations > 0) reach(reached, 'rowsAfter')
    }),
    300,
    reached,
  )
})

function restored(was: Plan, is: Plan, saved: NodeRestore, now: number, reached: Reached) {
  const [before, after] = [declared(was), declared(is)]
  if (isSameState(before, after)) return { state: saved, isMigrated: false }
  const { spec } = is.nodes.find(({ path }) => path === STATE) as PlanNode & { readonly spec: StatefulSpec }
  const state = migrateState({ step: STATE, spec, was: before, is: after, now }, saved)
  const isHigher = before.cells.some(
    ({ name, version }) => version < (after.cells.find((c) => c.name === name)?.version ?? 0),
  )
  const records = [...savedRecords(saved.entries)]
  reach(reached, isHigher && records.length > 0 ? 'migrated' : 'turned')
  if ([...savedRecords(state.entries)].length < records.length) reach(reached, 'gone')
  const timersIn = (values: NodeRestore): string =>
    JSON.stringify([...savedRecords(values.entries)].map(({ timers }) => timers))
  if (timersIn(saved).includes('extra')) reach(reached, 'timers')
  return { state, isMigrated: isHigher }
}

function declared(plan: Plan) {
  const state = declaredStates(plan)[STATE]
  if (state === undefined) throw new Error('the plan has a stateful step')
  return state
}

/** A window's expiry tells keys by when they came to hold something, which a cell that is gone may have been the first to. */
function told(lines: readonly string[]): readonly string[] {
  const isExpiry = (line: string): boolean => line.includes('expired')
  return [...lines.filter((line) => !isExpiry(line)), ...lines.filter(isExpiry).sort()]
}
