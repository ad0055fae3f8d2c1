import { expect, test } from 'vitest'
import { GLOBAL_MAX, MIN_TIMESTAMP } from '../../src/core/time.ts'
import { sliding } from '../../src/windows/sliding.ts'

test.each<[timestamp: number, size: number, period: number, offset: number, windows: [number, number][]]>([
  [
    12,
    10,
    5,
    0,
    [
      [5, 15],
      [10, 20],
    ],
  ],
  [
    10,
    10,
    5,
    0,
    [
      [5, 15],
      [10, 20],
    ],
  ],
  [
    9,
    10,
    5,
    0,
    [
      [0, 10],
      [5, 15],
    ],
  ],
  [
    -1,
    10,
    5,
    0,
    [
      [-10, 0],
      [-5, 5],
    ],
  ],
  [
    -15,
    10,
    5,
    0,
    [
      [-20, -10],
      [-15, -5],
    ],
  ],
  [
    0,
    7,
    3,
    0,
    [
      [-6, 1],
      [-3, 4],
      [0, 7],
    ],
  ],
  [
    1,
    7,
    3,
    0,
    [
      [-3, 4],
      [0, 7],
    ],
  ],
  [
    2,
    7,
    3,
    1,
    [
      [-2, 5],
      [1, 8],
    ],
  ],
  [4, 5, 5, 0, [[0, 5]]],
])('puts %i into each window of %i every %i from %i: %j', (timestamp, size, period, offset, windows) => {
  const expected = windows.map(([start, end]) => ({ start, end }))
  expect(sliding(size, period, { offset }).assign(timestamp, undefined)).toEqual(expected)
})

test.each([
  [0, [{ start: 0, end: 3 }]],
  [2, [{ start: 0, end: 3 }]],
  [3, []],
  [9, []],
  [10, [{ start: 10, end: 13 }]],
  [-7, []],
  [-8, [{ start: -10, end: -7 }]],
])('puts %i, at or between windows of 3 every 10, into %j', (timestamp, windows) => {
  expect(sliding(3, 10).assign(timestamp, undefined)).toEqual(windows)
})

test('cuts the windows at both ends of event time', () => {
  const atEnd = sliding(4, 2).assign(GLOBAL_MAX, undefined)
  expect(atEnd).toEqual([
    { start: GLOBAL_MAX - 2, end: GLOBAL_MAX + 1 },
    { start: GLOBAL_MAX, end: GLOBAL_MAX + 1 },
  ])
  const atBegin = sliding(4, 2).assign(MIN_TIMESTAMP, undefined)
  expect(atBegin).toEqual([
    { start: MIN_TIMESTAMP, end: MIN_TIMESTAMP + 2 },
    { start: MIN_TIMESTAMP, end: MIN_TIMESTAMP + 4 },
  ])
})

test('is data with the offset within one period', () => {
  expect(sliding(10, 4, { offset: -1 }).spec).toEqual({ kind: 'sliding', size: 10, period: 4, offset: 3 })
  expect(sliding(10, 4, { offset: -1 }).grid).toEqual({ size: 10, period: 4, offset: 3 })
})

test.each<[size: number, period: number, offset: number, problem: string]>([
  [0, 5, 0, 'the size is 0'],
  [5, 0, 0, 'the period is 0'],
  [5, 2.5, 0, 'the period is 2.5'],
  [5, 3, 3, 'the offset is 3'],
])('refuses size %d, period %d, offset %d: %s', (size, period, offset, problem) => {
  expect(() => sliding(size, period, { offset })).toThrow(problem)
})
