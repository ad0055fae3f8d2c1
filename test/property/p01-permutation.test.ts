/**
 * P1: in on-time scripts, permuting the elements between two moves changes nothing. With watermark-only triggers the whole
 * pane log stays as it is, but for what counts arrivals by definition: the creation ordinals that break ties between keys
 * (D9) and name lineages, and the number of merges in a revision (R62). With speculative triggers only the last
 * accumulating pane of each window is the same.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from '../../src/core/bundle.ts'
import type { PaneInfo } from '../../src/core/pane.ts'
import type { LogStep, StepLog } from '../../src/core/stepLog.ts'
import type { TriggerSpec } from '../../src/core/trigger.ts'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import { disorderedLogs } from '../../src/testing/arbitraries/disorderedLogs.ts'
import { windowingDescriptions } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { countPanes } from './support/countRows.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { GROUP, planOf, SHAPES, type Shape } from './support/plans.ts'
import { rowText, windowText } from './support/rowText.ts'
import { runsOfElements } from './support/scripts.ts'
import { livelyWindowings } from './support/windowings.ts'

/** An on-time script, and the same with the elements between two other steps in another order. */
const permuted = fc
  .tuple(disorderedLogs({ late: false, maxSteps: 30 }), fc.infiniteStream(fc.nat()))
  .map(([log, picks]) => ({ log, shuffled: shuffled(log, picks) }))

const repeatedly = (trigger: TriggerSpec): TriggerSpec => ({ kind: 'repeatedly', trigger })

/** Triggers that only the watermark makes ready. */
const watermarkTriggers = fc.letrec<{ any: TriggerSpec }>((tie) => {
  const children = fc.record({ early: tie('any'), late: tie('any') }, { requiredKeys: [] })
  const several = fc.array(tie('any'), { minLength: 1, maxLength: 2 })
  return {
    any: fc.oneof(
      { maxDepth: 2 },
      fc.constant<TriggerSpec>({ kind: 'default' }),
      fc.constant<TriggerSpec>({ kind: 'never' }),
      children.map((both): TriggerSpec => ({ kind: 'afterWatermark', ...both })),
      tie('any').map(repeatedly),
      several.map((triggers): TriggerSpec => ({ kind: 'afterEach', triggers })),
      several.map((triggers): TriggerSpec => ({ kind: 'afterFirst', triggers })),
      several.map((triggers): TriggerSpec => ({ kind: 'afterAll', triggers })),
    ),
  }
}).any

test.each<[name: string, shape: Shape]>([
  ['one grouping', SHAPES.single],
  ['several combiners', SHAPES.aggregated],
  ['branches that meet', SHAPES.diamond],
])('P1: the order of on-time elements between two watermarks changes no pane of %s', (_name, shape) => {
  const reached: Reached = { ON_TIME: 0, LATE: 0, withdrawal: 0, changedOrder: 0, changedTies: 0, merged: 0 }
  const windowings = windowingDescriptions({ triggers: watermarkTriggers.map(repeatedly) })
  checkLaw(
    fc.property(windowings, permuted, (windowing, { log, shuffled }) => {
      const plan = planOf(shape, windowing)
      const before = runStepLog(plan, log)
      const after = runStepLog(plan, shuffled)
      const rows = before.rows[GROUP] ?? []
      const moved = after.rows[GROUP] ?? []
      expect(linesByKey(moved)).toEqual(linesByKey(rows))
      expect(moved.map((row) => windowText(row.window))).toEqual(rows.map((row) => windowText(row.window)))
      expect(after.groups).toEqual(before.groups)

      countPanes(reached, rows)
      if (shuffled.steps.some((step, at) => step !== log.steps[at])) reach(reached, 'changedOrder')
      if (rows.some((row, at) => row.key !== moved[at]?.key)) reach(reached, 'changedTies')
      if (rows.some(({ pane }) => (pane?.merging?.revision ?? 0) > 1)) reach(reached, 'merged')
    }),
    150,
    reached,
  )
})

test('P1: with speculative triggers the order of on-time elements does not change the last pane', () => {
  const reached: Reached = { EARLY: 0, ON_TIME: 0, withdrawal: 0, replacing: 0, changedPanes: 0 }
  const windowings = livelyWindowings({ panes: ['accumulating', 'retracting'] }).map((windowing) => ({
    ...windowing,
    // Every window that is not merged away then says which pane is its last.
    closing: 'fireAlways' as const,
  }))
  checkLaw(
    fc.property(windowings, permuted, (windowing, { log, shuffled }) => {
      const plan = planOf(SHAPES.single, windowing)
      const rows = runStepLog(plan, log).rows[GROUP] ?? []
      const moved = runStepLog(plan, shuffled).rows[GROUP] ?? []
      expect(lastContents(moved)).toEqual(lastContents(rows))

      countPanes(reached, rows)
      if (linesByKey(rows).join() !== linesByKey(moved).join()) reach(reached, 'changedPanes')
    }),
    200,
    reached,
  )
})

function shuffled(log: StepLog, picks: Iterator<number>): StepLog {
  const steps = runsOfElements(log.steps).flatMap((run): LogStep[] => {
    if (!Array.isArray(run)) return [run as LogStep]
    const left = [...run]
    return run.flatMap(() => left.splice(picks.next().value % left.length, 1))
  })
  return { ...log, steps }
}

/** Rows in order of key, those of one key in their own order, without what counts arrivals. */
function linesByKey(rows: readonly Row[]): string[] {
  const keys = [...new Set(rows.map(({ key }) => String(key)))].sort()
  return keys.flatMap((key) =>
    rows
      .filter((row) => String(row.key) === key)
      .map((row) => rowText({ ...row, pane: row.pane && withoutArrivals(row.pane) })),
  )
}

function withoutArrivals({ merging, ...pane }: PaneInfo): PaneInfo {
  return merging === undefined ? pane : { ...pane, merging: { ...merging, lineage: 0, revision: 0 } }
}

function lastContents(rows: readonly Row[]): string[] {
  return rows
    .filter(({ pane, retraction }) => pane?.isLast && !retraction)
    .map(({ key, window, value }) => `${String(key)} ${windowText(window)} ${JSON.stringify(value)}`)
    .sort()
}
