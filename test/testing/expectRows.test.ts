import { describe, expect, test } from 'vitest'
import type { Row } from '../../src/core/bundle.ts'
import { NO_PANE } from '../../src/core/pane.ts'
import { GLOBAL_MAX } from '../../src/core/time.ts'
import { GLOBAL_WINDOW } from '../../src/core/window.ts'
import { pane, row, withdrawal } from '../../src/testing/expectedRow.ts'
import { expectPanes, expectRows } from '../../src/testing/expectRows.ts'
import { sameValue } from '../../src/testing/sameValue.ts'
import { showRow } from '../../src/testing/showRow.ts'

const ON_TIME = { timing: 'ON_TIME', index: 1, nonSpeculativeIndex: 0, isFirst: false, isLast: true } as const

function sent(value: unknown, more: Partial<Row> = {}): Row {
  const window = { start: 0, end: 10 }
  return { value, key: 'a', timestamp: 9, window, pane: ON_TIME, retraction: false, ...more }
}

function messageOf(work: () => void): string {
  try {
    work()
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

describe('expected rows', () => {
  test('are compared by what they say only', () => {
    expectRows([sent(3)]).toEqual([row(3)])
    expectRows([sent(3)]).toEqual([pane([0, 10], 3, { key: 'a', timestamp: 9, timing: 'ON_TIME', isLast: true })])
    expectRows([sent({ n: 3 })]).toEqual([pane({ start: 0, end: 10 }, { n: expect.any(Number) })])
    expectRows([sent(3)]).toEqual([sent(3)])
  })

  test.each([
    [row(4)],
    [row(3, { key: 'b' })],
    [row(3, { key: undefined })],
    [pane([0, 11], 3)],
    [pane([0, 10, 0], 3)],
    [row(3, { timestamp: 8 })],
    [row(3, { index: 0 })],
    [row(3, { isFirst: true })],
    [withdrawal(row(3))],
  ])('%j is not the row', (expected) => {
    expect(messageOf(() => expectRows([sent(3)]).toEqual([expected]))).toContain('the rows are not those expected')
  })

  test('that add are never taken for withdrawals', () => {
    const withdrawn = sent(3, { retraction: true })
    expectRows([withdrawn]).toEqual([withdrawal(row(3))])
    expect(messageOf(() => expectRows([withdrawn]).toEqual([row(3)]))).toContain('! 3        | -"a" [0,10) 3')
  })
})

describe('a failed assertion', () => {
  test('lines up what is equal and marks what is missing, wrong or too much', () => {
    const rows = [sent(1), sent(2), sent(3), sent(5)]
    expect(messageOf(() => expectRows(rows, 'counts').toEqual([row(0), row(1), row(3), row(4), row(6)]))).toBe(
      [
        'counts: the rows are not those expected',
        '    expected | actual',
        '  - 0        |',
        '  = 1        | "a" [0,10) 1 @9 ON_TIME 1/0 last',
        '  +          | "a" [0,10) 2 @9 ON_TIME 1/0 last',
        '  = 3        | "a" [0,10) 3 @9 ON_TIME 1/0 last',
        '  ! 4        | "a" [0,10) 5 @9 ON_TIME 1/0 last',
        '  - 6        |',
      ].join('\n'),
    )
  })

  test('in any order takes each row once', () => {
    const rows = [sent(1), sent(2), sent(1)]
    expectRows(rows).toEqualInAnyOrder([row(1), row(1), row(2)])
    expect(messageOf(() => expectRows(rows).toEqualInAnyOrder([row(1), row(2), row(2)]))).toContain('! 2        | "a"')
  })

  test('of inclusion shows all rows', () => {
    const rows = [sent(1), sent(2), sent(3)]
    expectRows(rows).toInclude([row(1), row(3)])
    const message = messageOf(() => expectRows(rows).toInclude([row(3), row(1)]))
    expect(message).toContain('not all expected rows are there')
    expect(message.split('\n')).toHaveLength(6)
  })

  test('of a step that the log does not know lists those that it knows', () => {
    const log = { rows: { counts: [], 'counts:late': [] }, groups: [] }
    expect(messageOf(() => expectPanes(log, 'count'))).toContain(
      'the log has no rows of "count"; it has those of counts, counts:late.',
    )
  })
})

test('rows are shown in one line', () => {
  expect(showRow(sent('x', { pane: NO_PANE }))).toBe('"a" [0,10) "x" @9')
  expect(showRow(sent(1, { key: undefined, window: { start: 0, end: 5, ordinal: 2 } }))).toContain('[0,5)#2 1')
  expect(showRow(sent(1, { window: GLOBAL_WINDOW, timestamp: GLOBAL_MAX }))).toBe(
    '"a" global 1 @end of global window ON_TIME 1/0 last',
  )
  const hour = { start: Date.UTC(2001, 2, 15, 17), end: Date.UTC(2001, 2, 15, 18) }
  expect(showRow(sent(1, { window: hour }))).toContain('[2001-03-15T17:00:00.000Z,2001-03-15T18:00:00.000Z)')
  expect(showRow(row({ element: 1, error: new TypeError('boom') }))).toBe('{"element":1,"error":"boom"}')
  expect(showRow(row(1, { isLast: false, index: 0 }))).toBe('1 0/? not last')
})

test.each<[unknown, unknown, boolean]>([
  [Number.NaN, Number.NaN, true],
  [0, -0, false],
  [1, 1n, false],
  [undefined, null, false],
  [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
  [{ a: undefined }, {}, false],
  [{}, { a: undefined }, false],
  [[1, 2], [1], false],
  [[1], { 0: 1 }, false],
  [new Date(3), new Date(3), true],
  [new Date(3), new Date(4), false],
  [new Set([[1], [2]]), new Set([[2], [1]]), true],
  [new Set([1]), new Set([2]), false],
  [new Map([['a', [1]]]), new Map([['a', [1]]]), true],
  [new Map([['a', 1]]), new Map([['a', 2]]), false],
  [new Uint8Array([1]), new Uint8Array([1]), true],
  [new Uint8Array([1]), new Uint8Array([2]), false],
  [new TypeError('x'), new TypeError('x'), true],
  [new TypeError('x'), new TypeError('y'), false],
  [{ n: 3 }, { n: expect.any(Number) }, true],
  [{ n: '3' }, { n: expect.any(Number) }, false],
])('%o and %o are the same: %s', (actual, expected, isSame) => {
  expect(sameValue(actual, expected)).toBe(isSame)
})
