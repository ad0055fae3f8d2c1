/**
 * P8: per key and window that does not merge, the last accumulating pane is the batch result over the elements that were not
 * dropped, whatever came late. Sessions equal the batch's only if nothing ever expires: an expired session cannot be
 * bridged, and the batch would bridge it. With finite lateness nothing of the kind is claimed here.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from '../../src/core/bundle.ts'
import { MAX_TIMESTAMP } from '../../src/core/time.ts'
import type { Window } from '../../src/core/window.ts'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import { disorderedLogs } from '../../src/testing/arbitraries/disorderedLogs.ts'
import type { ScriptedValue } from '../../src/testing/arbitraries/scriptedValue.ts'
import { windowingDescriptions } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { batchSessions } from './support/batchSessions.ts'
import { countDrops, countPanes, droppedOf } from './support/countRows.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { type Contents, GROUP, LATE, planOf, SHAPES } from './support/plans.ts'
import { windowText } from './support/rowText.ts'
import { elementsOf, withUniqueIds } from './support/scripts.ts'
import { livelyWindowings } from './support/windowings.ts'
import { windowsContaining } from './support/windowsContaining.ts'

test('P8: the last accumulating pane of a window is the batch result over what was not dropped', () => {
  const reached: Reached = {
    EARLY: 0,
    ON_TIME: 0,
    LATE: 0,
    'dropped late': 0,
    'dropped closed': 0,
    'dropped noWindow': 0,
  }
  const windowings = windowingDescriptions({
    kinds: ['tumbling', 'sliding', 'global'],
    unsafe: true,
    panes: ['accumulating', 'retracting'],
  })
  const logs = disorderedLogs({ maxSteps: 30, keys: 2, allowedLateness: 4, atomic: true }).map(withUniqueIds)
  checkLaw(
    fc.property(windowings, logs, (windowing, log) => {
      const { rows } = runStepLog(planOf(SHAPES.single, windowing), log)
      const dropped = new Set((rows[LATE] ?? []).map((row) => pairOf(droppedOf(row).element, row.window)))
      const batch = new Map<string, number[]>()
      for (const { value, timestamp } of elementsOf(log)) {
        for (const window of windowsContaining(windowing.window, timestamp)) {
          if (dropped.has(pairOf(value, window))) continue
          const cell = `${value.key} ${windowText(window)}`
          batch.set(cell, [...(batch.get(cell) ?? []), value.id])
        }
      }
      expect(lastContents(rows[GROUP] ?? [])).toEqual(inOrder(batch))
      countPanes(reached, rows[GROUP] ?? [])
      countDrops(reached, rows[LATE] ?? [])
    }),
    400,
    reached,
  )
})

test('P8: sessions that never expire are those of the batch', () => {
  const reached: Reached = { EARLY: 0, ON_TIME: 0, LATE: 0, replacing: 0, bridged: 0 }
  const windowings = livelyWindowings({
    kinds: ['session'],
    panes: ['accumulating', 'retracting'],
    allowedLateness: fc.constant(Number.POSITIVE_INFINITY),
    // A session that is not merged away then says which pane is its last.
  }).map((windowing) => ({ ...windowing, closing: 'fireAlways' as const }))
  const logs = disorderedLogs({ maxSteps: 30, keys: 2, atomic: true }).map(withUniqueIds)
  checkLaw(
    fc.property(windowings, logs, (windowing, log) => {
      const { window } = windowing
      if (window.kind !== 'session') return
      const { rows } = runStepLog(planOf(SHAPES.single, windowing), log)
      const panes = rows[GROUP] ?? []
      const surviving = panes.filter(({ pane, retraction }) => pane?.isLast && !retraction)
      // Unlimited lateness ends where time does.
      const elements = elementsOf(log).filter(({ watermark }) => watermark < MAX_TIMESTAMP)
      expect(rows[LATE] ?? []).toHaveLength(elementsOf(log).length - elements.length)
      expect(lastContents(surviving)).toEqual(inOrder(batchSessions(elements, window)))
      countPanes(reached, panes)
      if (panes.some(({ pane }) => (pane?.merging?.replaces.length ?? 0) > 1)) reach(reached, 'bridged')
    }),
    300,
    reached,
  )
})

function pairOf(element: unknown, window: Window | undefined): string {
  return `${(element as ScriptedValue).id} ${windowText(window)}`
}

/** The elements of the last pane of each key and window. */
function lastContents(rows: readonly Row[]): string[] {
  const last = new Map<string, number[]>()
  for (const { key, window, value, retraction } of rows) {
    if (!retraction)
      last.set(
        `${String(key)} ${windowText(window)}`,
        (value as Contents).map(({ id }) => id),
      )
  }
  return inOrder(last)
}

function inOrder(contents: ReadonlyMap<string, readonly number[]>): string[] {
  return [...contents].map(([cell, ids]) => `${cell} ${[...ids].sort((a, b) => a - b).join(' ')}`).sort()
}
