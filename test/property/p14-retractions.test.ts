/**
 * P14: with weights +1 and -1 the outputs of a retracting grouping add up to what is current. Every withdrawal equals an
 * earlier addition that was not yet withdrawn, to the last field; a window has one live value at most; merging withdraws
 * the merged-away windows; and what is live after the end is the batch result, over the surviving windows. The same holds
 * of what a following grouping makes of such an input (R74, R75, D12).
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from '../../src/core/bundle.ts'
import type { Window } from '../../src/core/window.ts'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import { disorderedLogs } from '../../src/testing/arbitraries/disorderedLogs.ts'
import type { ScriptedValue } from '../../src/testing/arbitraries/scriptedValue.ts'
import { windowedBy, windowingDescriptions } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { aggregate } from '../../src/transforms/aggregate.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { max } from '../../src/transforms/combiners/max.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { mapValues } from '../../src/transforms/mapValues.ts'
import { countPanes, droppedOf } from './support/countRows.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import {
  acceptedPlan,
  type Contents,
  GROUP,
  LATE,
  planOf,
  READ,
  SECOND,
  SECOND_LATE,
  SHAPES,
  type Shape,
} from './support/plans.ts'
import { rowText, text, windowText } from './support/rowText.ts'
import { elementsOf, withUniqueIds } from './support/scripts.ts'
import { livelyWindowings } from './support/windowings.ts'
import { windowsContaining } from './support/windowsContaining.ts'

const logs = disorderedLogs({ maxSteps: 30, keys: 2, allowedLateness: 4, atomic: true }).map(withUniqueIds)

test('P14: withdrawals balance additions, and what is left is the batch result', () => {
  const reached: Reached = { EARLY: 0, ON_TIME: 0, LATE: 0, withdrawal: 0, mergedAway: 0, overlapping: 0 }
  const windowings = livelyWindowings({
    kinds: ['tumbling', 'sliding', 'session', 'global'],
    unsafe: true,
    panes: ['retracting'],
  })
  checkLaw(
    fc.property(windowings, logs, (windowing, log) => {
      const { rows } = runStepLog(planOf(SHAPES.single, windowing), log)
      const panes = rows[GROUP] ?? []
      const live = liveRows(panes, reached)
      const isMerging = windowing.window.kind === 'session'
      const pair = (id: number, window: Window | undefined): string => `${id} ${isMerging ? '' : windowText(window)}`
      const dropped = (rows[LATE] ?? []).map((row) => pair(idOf(droppedOf(row).element), row.window))
      const kept = live.flatMap(({ value, window }) => (value as Contents).map(({ id }) => pair(id, window)))
      const all = elementsOf(log).flatMap(({ value, timestamp }) => {
        const windows = isMerging ? [undefined] : windowsContaining(windowing.window, timestamp)
        return (windows.length === 0 ? [undefined] : windows).map((window) => pair(value.id, window))
      })
      expect([...kept, ...dropped].sort()).toEqual(all.sort())
      countPanes(reached, panes)
      if (windowing.window.kind === 'sliding') reach(reached, 'overlapping')
    }),
    300,
    reached,
  )
})

const byCount = { n: count(), total: sum(({ amount }: ScriptedValue) => amount) }
const byElement = { ids: toList(({ id }: ScriptedValue) => id), most: max(({ amount }: ScriptedValue) => amount) }

test.each<[string, Then, Aggregates]>([
  ['counts and sums by the same windows', 'same', byCount],
  ['lists and maxima by the same windows', 'same', byElement],
  ['counts and sums by other windows', 'other', byCount],
  ['lists and maxima by other windows', 'other', byElement],
])('P14: a following grouping takes withdrawals back: %s', (_name, windows, aggregates) => {
  const reached: Reached = { EARLY: 0, LATE: 0, withdrawn: 0, again: 0, emptied: 0 }
  const first = livelyWindowings({ panes: ['retracting'], allowedLateness: fc.nat({ max: 6 }) })
  const second = windowingDescriptions({
    kinds: ['tumbling', 'sliding', 'global'],
    panes: ['accumulating', 'retracting'],
    allowedLateness: fc.integer({ min: 6, max: 12 }),
  })
  checkLaw(
    fc.property(first, second, logs, (windowing, then, log) => {
      const plan = acceptedPlan(netting(windows, aggregates), windowing, then)
      if (plan === undefined) return
      const { rows } = runStepLog(plan, log)
      const panes = rows[SECOND] ?? []
      const inputs = liveRows(rows[GROUP] ?? [], reached)
      const live = then.panes === 'retracting' || windows === 'same' ? liveRows(panes, reached) : lastRows(panes)
      // Falling between sliding windows is the only way to be lost here.
      expect((rows[SECOND_LATE] ?? []).filter((row) => droppedOf(row).reason !== 'noWindow')).toEqual([])
      expect(resultsOf(live)).toEqual(
        batchOf(inputs, aggregates, ({ window, timestamp }) =>
          windows === 'same' ? [window] : windowsContaining(then.window, timestamp),
        ),
      )
      countPanes(reached, panes)
      for (const { retraction } of rows[GROUP] ?? []) if (retraction) reach(reached, 'withdrawn')
      for (const { retraction, value } of panes) {
        if (retraction) reach(reached, 'again')
        if (isEmpty(value)) reach(reached, 'emptied')
      }
    }),
    120,
    reached,
  )
})

type Then = 'same' | 'other'
type Aggregates = typeof byCount | typeof byElement

/** Retracting panes as elements of a second grouping. What a pane counts decides its key: a new value may mean a new key. */
function netting(windows: Then, aggregates: Aggregates): Shape {
  return (read, windowing, then) => {
    const group = read(READ).pipe(
      keyBy(({ key }) => key),
      windowedBy(windowing),
      combinePerKey(toList(), { name: GROUP }),
    )
    const elements = group.pipe(mapValues(asElement))
    const windowed = windows === 'same' ? elements : elements.pipe(windowedBy(then))
    const second = windowed.pipe(keyBy(parity), aggregate<ScriptedValue, object, number>(aggregates, { name: SECOND }))
    return { [GROUP]: group, [SECOND]: second }
  }
}

function asElement(contents: Contents, { key }: { readonly key: string }): ScriptedValue {
  const amount = contents.reduce((total, value) => total + value.amount, 0)
  return { key, id: contents.length, amount, isMarker: false }
}

function parity({ id }: ScriptedValue): number {
  return id % 2
}

/** The rows that were added and not withdrawn. Fails where a withdrawal has no addition, or a window two live values. */
function liveRows(rows: readonly Row[], reached: Reached): Row[] {
  const live = new Map<string, Row>()
  for (const row of rows) {
    const cell = `${String(row.key)} ${windowText(row.window)}`
    const current = live.get(cell)
    if (row.retraction) {
      expect(rowText(row)).toBe(`-${current && rowText(current)}`)
      live.delete(cell)
    } else {
      expect(current).toBeUndefined()
      live.set(cell, row)
    }
    for (const window of row.pane?.merging?.replaces ?? []) {
      expect(live.has(`${String(row.key)} ${windowText(window)}`)).toBe(false)
      reach(reached, 'mergedAway')
    }
  }
  return [...live.values()]
}

/** The last row of each key and window, of panes that are not withdrawn. */
function lastRows(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [`${String(row.key)} ${windowText(row.window)}`, row])).values()]
}

function resultsOf(rows: readonly Row[]): string[] {
  const filled = rows.filter(({ value }) => !isEmpty(value))
  return filled.map(({ key, window, value }) => `${String(key)} ${windowText(window)} ${text(value)}`).sort()
}

/** What the second grouping makes of rows that come all at once. */
function batchOf(
  rows: readonly Row[],
  aggregates: Aggregates,
  windowsOf: (row: Row) => (Window | undefined)[],
): string[] {
  const cells = new Map<string, { readonly at: number; readonly value: ScriptedValue }[]>()
  for (const row of rows) {
    const value = asElement(row.value as Contents, { key: String(row.key) })
    for (const window of windowsOf(row)) {
      const cell = `${parity(value)} ${windowText(window)}`
      cells.set(cell, [...(cells.get(cell) ?? []), { at: row.timestamp, value }])
    }
  }
  return [...cells]
    .map(([cell, elements]) => {
      const values = elements.sort((a, b) => a.at - b.at || a.value.id - b.value.id).map(({ value }) => value)
      const amounts = values.map(({ amount }) => amount)
      const result =
        'n' in aggregates
          ? { n: values.length, total: amounts.reduce((total, amount) => total + amount, 0) }
          : { ids: values.map(({ id }) => id), most: Math.max(...amounts) }
      return `${cell} ${text(result)}`
    })
    .sort()
}

/** What is left of a window from which everything was withdrawn. */
function isEmpty(result: unknown): boolean {
  const { n, ids } = result as { readonly n?: number; readonly ids?: readonly number[] }
  return n === 0 || ids?.length === 0
}

function idOf(element: unknown): number {
  return (element as ScriptedValue).id
}
