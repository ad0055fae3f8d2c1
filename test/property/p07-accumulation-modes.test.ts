/**
 * P7: per key and window that does not merge, the discarding panes add up to the last accumulating pane, late panes
 * included: as integers and as the elements themselves. The panes of both modes are the same but for their values (R74).
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Row } from '../../src/core/bundle.ts'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import { disorderedLogs } from '../../src/testing/arbitraries/disorderedLogs.ts'
import { windowingDescriptions } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { countDrops, countPanes } from './support/countRows.ts'
import { checkLaw, type Reached } from './support/law.ts'
import { type Contents, GROUP, LATE, planOf, SHAPES, type Shape } from './support/plans.ts'
import { rowText, text, windowText } from './support/rowText.ts'

const windowings = windowingDescriptions({ kinds: ['tumbling', 'sliding', 'global'], unsafe: true })
const logs = disorderedLogs({ maxSteps: 30, keys: 2, allowedLateness: 4, atomic: true })

/** What a pane holds as a list of things to add up, and the sum of such a list. */
interface Sum {
  partsOf(value: unknown): readonly unknown[]
  sumOf(parts: readonly unknown[]): string
}

const elements: Sum = {
  partsOf: (value) => value as Contents,
  sumOf: (parts) => parts.map(text).sort().join(' '),
}
const integers: Sum = {
  partsOf: (value) => [(value as { readonly n: number; readonly sum: number }).n, (value as { sum: number }).sum],
  sumOf: (parts) =>
    [0, 1].map((of) => parts.filter((_, at) => at % 2 === of).reduce<number>((a, b) => a + Number(b), 0)).join(),
}

test.each<[string, Shape, Sum]>([
  ['elements', SHAPES.single, elements],
  ['counts and sums', SHAPES.aggregated, integers],
])('P7: the %s of discarding panes add up to the last accumulating pane', (_name, shape, { partsOf, sumOf }) => {
  const reached: Reached = { EARLY: 0, ON_TIME: 0, LATE: 0, several: 0, 'dropped late': 0, 'dropped closed': 0 }
  if (shape === SHAPES.single) reached.empty = 0
  checkLaw(
    fc.property(windowings, logs, (windowing, log) => {
      const discarding = runStepLog(planOf(shape, { ...windowing, panes: 'discarding' }), log).rows
      const accumulating = runStepLog(planOf(shape, { ...windowing, panes: 'accumulating' }), log).rows[GROUP] ?? []
      const panes = discarding[GROUP] ?? []
      expect(panes.map(withoutValue)).toEqual(accumulating.map(withoutValue))

      const added = new Map<string, unknown[]>()
      for (const row of panes) added.set(cellOf(row), [...(added.get(cellOf(row)) ?? []), ...partsOf(row.value)])
      const last = new Map(accumulating.map((row) => [cellOf(row), partsOf(row.value)]))
      expect([...added].map(([cell, parts]) => `${cell} ${sumOf(parts)}`)).toEqual(
        [...added.keys()].map((cell) => `${cell} ${sumOf(last.get(cell) ?? [])}`),
      )
      countPanes(reached, panes)
      countDrops(reached, discarding[LATE] ?? [])
    }),
    300,
    reached,
  )
})

function cellOf({ key, window }: Row): string {
  return `${String(key)} ${windowText(window)}`
}

function withoutValue(row: Row): string {
  return rowText({ ...row, value: undefined })
}
