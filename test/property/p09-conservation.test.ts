/**
 * P9: every (element, window) pair ends in exactly one place. At any moment assigned = emitted (discarding view) + dropped
 * by reason + buffered, and nothing is buffered after the end (R116). The counters are held against the rows themselves,
 * element by element; sequence windows conserve elements (D11).
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DROP_REASONS, type Row } from '../../src/core/bundle.ts'
import type { GroupAccounting } from '../../src/core/runner.ts'
import type { StepLog } from '../../src/core/stepLog.ts'
import { MAX_TIMESTAMP, MIN_TIMESTAMP } from '../../src/core/time.ts'
import { expiryOf, type Window } from '../../src/core/window.ts'
import { type LocalRunLog, runStepLog, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { disorderedLogs } from '../../src/testing/arbitraries/disorderedLogs.ts'
import type { ScriptedValue } from '../../src/testing/arbitraries/scriptedValue.ts'
import {
  type WindowingDescription,
  windowingDescriptions,
} from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { countDrops, countPanes, droppedOf } from './support/countRows.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { type Contents, GROUP, LATE, planOf, SHAPES } from './support/plans.ts'
import { windowText } from './support/rowText.ts'
import { elementsOf, withUniqueIds } from './support/scripts.ts'
import { livelyWindowings, SEQUENCE_KINDS } from './support/windowings.ts'
import { windowsContaining } from './support/windowsContaining.ts'

const logs = disorderedLogs({ maxSteps: 30, keys: 2, allowedLateness: 4, atomic: true }).map(withUniqueIds)
const single = SHAPES.single

test('P9: each pair of an element and a window is in one discarding pane or dropped once, at every moment', () => {
  const reached: Reached = { EARLY: 0, ON_TIME: 0, LATE: 0, buffered: 0, merged: 0, lateAccepted: 0 }
  Object.assign(reached, { 'dropped late': 0, 'dropped closed': 0, 'dropped noWindow': 0, empty: 0 })
  const windowings = livelyWindowings({
    kinds: ['tumbling', 'sliding', 'session', 'global'],
    unsafe: true,
    panes: ['discarding'],
  })
  checkLaw(
    fc.property(windowings, logs, (windowing, log) => {
      const isMerging = windowing.window.kind === 'session'
      const run = startStepRun(planOf(single, windowing), log)
      const known = new Map<string, Window>()
      let watermark = MIN_TIMESTAMP
      let assigned = 0
      const isOpen = (window: Window): boolean => expiryOf(window, windowing.allowedLateness) >= watermark
      for (const [at, step] of log.steps.entries()) {
        run.apply(step)
        if (step.kind === 'watermark') watermark = step.to
        if (step.kind === 'end') watermark = MAX_TIMESTAMP
        for (const { timestamp } of elementsOf({ ...log, steps: [step] })) {
          const windows = windowsContaining(windowing.window, timestamp)
          assigned += Math.max(windows.length, 1)
          for (const window of windows.filter(isOpen)) known.set(windowText(window), window)
        }
        const rows = { panes: run.log().rows[GROUP] ?? [], late: run.log().rows[LATE] ?? [] }
        const counts = countsOf(run.log())
        expect(counts).toMatchObject({ assigned, ...countedFrom(rows.panes, rows.late) })
        expect(counts.buffered).toBe(assigned - counts.emitted - totalOf(counts.dropped))
        expect(counts.buffered).toBeGreaterThanOrEqual(0)
        if (!isMerging) expect(counts.openWindows).toBe([...known.values()].filter(isOpen).length)
        if (counts.buffered > 0) reach(reached, 'buffered')
        if (at < log.steps.length - 1) continue
        expect(counts.buffered).toBe(0)
        expect(placesOf(rows.panes, rows.late, isMerging)).toEqual(pairsOf(log, windowing))
        countPanes(reached, rows.panes)
        countDrops(reached, rows.late)
        reach(reached, 'lateAccepted', counts.lateAccepted)
        if (rows.panes.some(({ pane }) => (pane?.merging?.revision ?? 0) > 1)) reach(reached, 'merged')
      }
    }),
    200,
    reached,
  )
})

test('P9: each element of a sequence is in a window, dropped once, a separator or buffered', () => {
  const reached: Reached = {
    ON_TIME: 0,
    'dropped order': 0,
    'dropped partial': 0,
    'dropped noWindow': 0,
    separators: 0,
    overlapping: 0,
  }
  const windowings = windowingDescriptions({ kinds: SEQUENCE_KINDS })
  checkLaw(
    fc.property(windowings, logs, (windowing, log) => {
      const run = startStepRun(planOf(single, windowing), log)
      const arrived: number[] = []
      for (const step of log.steps) {
        run.apply(step)
        arrived.push(...elementsOf({ ...log, steps: [step] }).map(({ value }) => value.id))
        const counts = countsOf(run.log())
        const placed = new Set((run.log().rows[GROUP] ?? []).flatMap(({ value }) => idsOf(value)))
        const late = run.log().rows[LATE] ?? []
        expect(counts).toMatchObject({ assigned: arrived.length, emitted: placed.size, dropped: reasonsOf(late) })
        const left = arrived.length - placed.size - late.length
        expect(counts.separators + counts.buffered).toBe(left)
      }
      const { rows } = run.log()
      const counts = countsOf(run.log())
      expect(counts.buffered).toBe(0)
      const contents = (rows[GROUP] ?? []).flatMap(({ value }) => idsOf(value))
      const dropped = (rows[LATE] ?? []).map((row) => idOf(droppedOf(row).element))
      const separators = separatorsOf(log, windowing, new Set(dropped))
      expect(counts.separators).toBe(separators.length)
      expect(sorted([...new Set(contents), ...dropped, ...separators])).toEqual(sorted(arrived))
      countPanes(reached, rows[GROUP] ?? [])
      countDrops(reached, rows[LATE] ?? [])
      reach(reached, 'separators', separators.length)
      if (new Set(contents).size < contents.length) reach(reached, 'overlapping')
    }),
    200,
    reached,
  )
})

test('P9: the counters do not depend on what panes accumulate', () => {
  const reached: Reached = { emitted: 0, late: 0, withdrawal: 0 }
  checkLaw(
    fc.property(livelyWindowings({ unsafe: true }), logs, (windowing, log) => {
      const [discarding, accumulating, retracting] = (['discarding', 'accumulating', 'retracting'] as const).map(
        (panes) => runStepLog(planOf(single, { ...windowing, panes }), log),
      )
      expect(accumulating?.groups).toEqual(discarding?.groups)
      expect(retracting?.groups).toEqual(discarding?.groups)
      for (const { emitted, dropped } of discarding?.groups ?? []) {
        reach(reached, 'emitted', emitted)
        reach(reached, 'late', dropped.late)
      }
      countPanes(reached, retracting?.rows[GROUP] ?? [])
    }),
    100,
    reached,
  )
})

function countsOf({ groups }: LocalRunLog): GroupAccounting {
  const [counts] = groups
  if (counts === undefined) throw new Error('the plan has one grouping')
  return counts
}

/** What the counters must say of these rows. */
function countedFrom(panes: readonly Row[], late: readonly Row[]): Partial<GroupAccounting> {
  const timed = (timing: string): number => panes.filter(({ pane }) => pane?.timing === timing).length
  return {
    emitted: panes.reduce((sum, { value }) => sum + idsOf(value).length, 0),
    dropped: reasonsOf(late),
    panes: { early: timed('EARLY'), onTime: timed('ON_TIME'), late: timed('LATE') },
  }
}

function reasonsOf(late: readonly Row[]): GroupAccounting['dropped'] {
  const counts = { late: 0, closed: 0, noWindow: 0, order: 0, partial: 0 }
  for (const row of late) counts[droppedOf(row).reason]++
  return counts
}

function totalOf(dropped: GroupAccounting['dropped']): number {
  return DROP_REASONS.reduce((sum, reason) => sum + dropped[reason], 0)
}

/** Where each element went: `id [start,end)` for aligned windows; for sessions, whose windows grow, the id alone. */
function placesOf(panes: readonly Row[], late: readonly Row[], isMerging: boolean): string[] {
  const place = (id: number, window: Row['window']): string => pairText(id, isMerging ? undefined : window)
  return [
    ...panes.flatMap(({ value, window }) => idsOf(value).map((id) => place(id, window))),
    ...late.map((row) => place(idOf(droppedOf(row).element), row.window)),
  ].sort()
}

/** Every pair that the log makes. */
function pairsOf(log: StepLog, { window }: WindowingDescription): string[] {
  return elementsOf(log)
    .flatMap(({ value, timestamp }) => {
      const windows = window.kind === 'session' ? [undefined] : windowsContaining(window, timestamp)
      return (windows.length === 0 ? [undefined] : windows).map((each) => pairText(value.id, each))
    })
    .sort()
}

function pairText(id: number, window: Row['window']): string {
  return `${id} ${window === undefined ? 'none' : `${window.start} ${window.end}`}`
}

/** Markers that only separate, of those that were not dropped. */
function separatorsOf(log: StepLog, { window }: WindowingDescription, dropped: ReadonlySet<number>): number[] {
  if (window.kind !== 'punctuation' || window.marker !== 'separates') return []
  const values = elementsOf(log).map(({ value }) => value)
  return values.filter(({ id, isMarker }) => isMarker && !dropped.has(id)).map(({ id }) => id)
}

function idsOf(contents: unknown): number[] {
  return (contents as Contents).map(({ id }) => id)
}

function idOf(element: unknown): number {
  return (element as ScriptedValue).id
}

function sorted(ids: readonly number[]): number[] {
  return [...ids].sort((a, b) => a - b)
}
