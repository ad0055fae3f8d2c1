/**
 * P13, through the engine: the sessions of a key are pairwise disjoint and neighbours are at least a gap apart; every
 * element is in exactly one or was dropped; and while nothing expires, neither the order of arrival nor what the watermark
 * does in between changes them. (An expired session cannot be bridged: with finite lateness windows of a key are disjoint
 * among those that are open together.)
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from '../../src/core/bundle.ts'
import type { LogStep, StepLog } from '../../src/core/stepLog.ts'
import { MAX_TIMESTAMP } from '../../src/core/time.ts'
import type { Window } from '../../src/core/window.ts'
import { runStepLog, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { disorderedLogs } from '../../src/testing/arbitraries/disorderedLogs.ts'
import type { ScriptedValue } from '../../src/testing/arbitraries/scriptedValue.ts'
import type { WindowingOptions } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { session } from '../../src/windows/session.ts'
import { countDrops, countPanes, droppedOf } from './support/countRows.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { liveCells } from './support/liveState.ts'
import {
  type Contents,
  GROUP,
  LATE,
  type Outputs,
  planOf,
  READ,
  type ReadFn,
  SHAPES,
  type Shape,
} from './support/plans.ts'
import { windowText } from './support/rowText.ts'
import { elementsOf, withUniqueIds } from './support/scripts.ts'
import { livelyWindowings } from './support/windowings.ts'

const logs = disorderedLogs({
  maxSteps: 30,
  keys: 2,
  allowedLateness: 4,
  window: { kind: 'session', gap: 5, touching: 'apart' },
}).map(withUniqueIds)
const sessions = (options: WindowingOptions = {}) =>
  livelyWindowings({ ...options, kinds: ['session'], panes: ['accumulating', 'retracting'] }).map((windowing) => ({
    ...windowing,
    // A session that is not merged away then says which pane is its last.
    closing: 'fireAlways' as const,
  }))

test('P13: sessions that are open together are disjoint, and every element is in one or was dropped', () => {
  const reached: Reached = { merged: 0, exactlyAGap: 0, 'dropped late': 0, beyondExpired: 0 }
  checkLaw(
    fc.property(sessions(), logs, ({ window, ...windowing }, log) => {
      if (window.kind !== 'session') return
      const run = startStepRun(planOf(SHAPES.single, { ...windowing, window }), log)
      for (const step of log.steps) {
        run.apply(step)
        const pauses = pausesBetween(liveCells(run.snapshot().nodes[GROUP]))
        expect(pauses.filter((pause) => pause < (window.touching === 'merge' ? 1 : 0))).toEqual([])
        if (pauses.includes(0)) reach(reached, 'exactlyAGap')
      }
      const last = lastPanes(run.log().rows[GROUP] ?? [])
      const dropped = run.log().rows[LATE] ?? []
      const times = new Map(elementsOf(log).map(({ value, timestamp }) => [value.id, timestamp]))
      for (const { window: own, value } of last) {
        const contained = idsOf(value).map((id) => times.get(id) ?? Number.NaN)
        expect(own).toEqual({ start: Math.min(...contained), end: Math.max(...contained) + window.gap })
      }
      const placed = [
        ...last.flatMap(({ value }) => idsOf(value)),
        ...dropped.map((row) => idOf(droppedOf(row).element)),
      ]
      expect(inOrder(placed)).toEqual(inOrder(times.keys()))

      countDrops(reached, dropped)
      if (last.some(({ pane }) => (pane?.merging?.revision ?? 0) > 2)) reach(reached, 'merged')
      if (pausesBetween(last).some((pause) => pause < 0)) reach(reached, 'beyondExpired')
    }),
    300,
    reached,
  )
})

test.each<[string, Shape]>([
  ['fixed gaps', SHAPES.single],
  ['gaps computed from elements', computedGaps],
])('P13: while nothing expires, no order of arrival and no watermark changes the sessions of %s', (_name, shape) => {
  const reached: Reached = { EARLY: 0, LATE: 0, withdrawal: 0, merged: 0 }
  if (shape === SHAPES.single) reached.changedPanes = 0
  const unlimited = sessions({ allowedLateness: fc.constant(Number.POSITIVE_INFINITY) })
  checkLaw(
    fc.property(unlimited, logs, fc.infiniteStream(fc.nat()), (windowing, log, picks) => {
      const plan = planOf(shape, windowing)
      const inOrderOfIds =
        runStepLog(plan, { ...log, steps: [...elementSteps(log), { kind: 'end' }] }).rows[GROUP] ?? []
      const mixed = runStepLog(plan, { ...log, steps: [...mixedSteps(log, picks), { kind: 'end' }] }).rows[GROUP] ?? []
      const last = lastPanes(inOrderOfIds)
      expect(lastPanes(mixed).map(sessionText).sort()).toEqual(last.map(sessionText).sort())
      expect(pausesBetween(last).filter((pause) => pause < 0)).toEqual([])
      expect(inOrder(last.flatMap(({ value }) => idsOf(value)))).toEqual(
        inOrder(elementsOf(log).map(({ value }) => value.id)),
      )

      countPanes(reached, mixed)
      if (last.some(({ value }) => idsOf(value).length > 1)) reach(reached, 'merged')
      if (mixed.length !== inOrderOfIds.length) reach(reached, 'changedPanes')
    }),
    150,
    reached,
  )
})

/** A later step changes what gaps were computed from: the window is that of the element as it was windowed. */
function computedGaps(read: ReadFn): Outputs {
  const group = read(READ).pipe(
    keyBy(({ key }) => key),
    windowInto(session(gapOf), {
      trigger: repeatedly(afterCount(2)),
      allowedLateness: Number.POSITIVE_INFINITY,
      closing: 'fireAlways',
      panes: 'retracting',
    }),
    map((value) => ({ ...value, amount: 0 })),
    combinePerKey(toList(), { name: GROUP }),
  )
  return { [GROUP]: group }
}

function gapOf({ amount }: ScriptedValue): number {
  return 2 + Math.abs(amount)
}

/** Elements of a log in its order, each a step of its own. */
function elementSteps(log: StepLog): LogStep[] {
  return elementsOf(log).map(({ value, timestamp }) => ({ kind: 'element', value, timestamp }))
}

/** Elements in any order, and the log's watermarks, as far as they are not the end, anywhere between them. */
function mixedSteps(log: StepLog, picks: Iterator<number>): LogStep[] {
  const left = elementSteps(log)
  const steps = elementSteps(log).flatMap(() => left.splice(picks.next().value % left.length, 1))
  const watermarks = log.steps.filter((step) => step.kind === 'watermark' && step.to < MAX_TIMESTAMP)
  const places = watermarks.map(() => picks.next().value % (steps.length + 1)).sort((a, b) => a - b)
  for (const [at, place] of places.entries()) steps.splice(place + at, 0, watermarks[at] as LogStep)
  return steps
}

/** The pauses between neighbouring windows of each key. */
function pausesBetween(cells: readonly { readonly key: unknown; readonly window: Window | undefined }[]): number[] {
  return [...new Set(cells.map(({ key }) => key))].flatMap((key) => {
    const windows = cells.flatMap((cell) => (cell.key === key && cell.window ? [cell.window] : []))
    const ordered = windows.sort((a, b) => a.start - b.start || a.end - b.end)
    return ordered.slice(1).map(({ start }, at) => start - (ordered[at]?.end ?? start))
  })
}

function lastPanes(rows: readonly Row[]): Row[] {
  return rows.filter(({ pane, retraction }) => pane?.isLast && !retraction)
}

function sessionText({ key, window, value }: Row): string {
  return `${String(key)} ${windowText(window)} ${inOrder(idsOf(value)).join(' ')}`
}

function idsOf(contents: unknown): number[] {
  return (contents as Contents).map(({ id }) => id)
}

function idOf(element: unknown): number {
  return (element as ScriptedValue).id
}

function inOrder(ids: Iterable<number>): number[] {
  return [...ids].sort((a, b) => a - b)
}
