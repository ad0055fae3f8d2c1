import type { Row } from '../core/bundle.ts'
import type { RunLog } from '../core/stepLog.ts'
import { diffTable } from './diffTable.ts'
import { type ExpectedRow, matchesRow } from './expectedRow.ts'
import { rowsOf, type StepRef, stepId } from './rowsOf.ts'
import { showRow } from './showRow.ts'

/** What can be claimed of rows. Each throws an Error with a table of both sides where it does not hold. */
export interface RowAssertions {
  /** These rows and no others, in this order. */
  toEqual(expected: readonly ExpectedRow[]): void
  /** These rows and no others, in any order. */
  toEqualInAnyOrder(expected: readonly ExpectedRow[]): void
  /** At least these rows, in this order, with any others between them. */
  toInclude(expected: readonly ExpectedRow[]): void
}

/**
 * Claims about everything that a step sent, in the spirit of Beam's PAssert and for any test framework:
 *
 *     expectPanes(log, 'perMinute').toEqual([
 *       pane([0, 60_000], 2, { key: 'a', timing: 'ON_TIME' }),
 *       pane([0, 60_000], 3, { key: 'a', timing: 'LATE' }),
 *     ])
 *
 * `step` is a step's name in the plan, `name:port` for another port than the main one, or the collection itself.
 */
export function expectPanes(log: RunLog, step: StepRef): RowAssertions {
  return expectRows(rowsOf(log, step), stepId(step))
}

/** The same for rows from elsewhere, such as a sink's. `name` is for the message. */
export function expectRows(rows: readonly Row[], name = 'rows'): RowAssertions {
  const check = (claim: string, actual: readonly Row[], expected: readonly ExpectedRow[]): void => {
    const table = diffTable({ actual, expected, isMatch: matchesRow, showActual: showRow, showExpected: showRow })
    if (table === undefined) return
    throw new Error(`${name}: ${claim}\n${table}`)
  }
  return {
    toEqual: (expected) => check('the rows are not those expected', rows, expected),
    toEqualInAnyOrder: (expected) =>
      check('the rows are not those expected, in any order', inOrderOf(expected, rows), expected),
    toInclude: (expected) => check('not all expected rows are there', picked(expected, rows), expected),
  }
}

/** The rows with each expected row's first match moved to its place; the others follow. */
function inOrderOf(expected: readonly ExpectedRow[], rows: readonly Row[]): Row[] {
  const left = [...rows]
  const taken = expected.flatMap((each) => {
    const at = left.findIndex((row) => matchesRow(row, each))
    return at < 0 ? [] : left.splice(at, 1)
  })
  return [...taken, ...left]
}

/** Rows that match in order; where one is missing, all rows are shown. */
function picked(expected: readonly ExpectedRow[], rows: readonly Row[]): readonly Row[] {
  const found: Row[] = []
  let from = 0
  for (const each of expected) {
    const at = rows.findIndex((row, index) => index >= from && matchesRow(row, each))
    if (at < 0) return rows
    found.push(rows[at] as Row)
    from = at + 1
  }
  return found
}
