import { expect, test } from 'vitest'
import { GLOBAL_MAX, MIN_TIMESTAMP } from '../../src/core/time.ts'
import { global } from '../../src/windows/global.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

test.each<[timestamp: number, size: number, offset: number, window: [number, number]]>([
  [0, 10, 0, [0, 10]],
  [9, 10, 0, [0, 10]],
  [10, 10, 0, [10, 20]],
  [-1, 10, 0, [-10, 0]],
  [-10, 10, 0, [-10, 0]],
  [-11, 10, 0, [-20, -10]],
  [-15, 10, 0, [-20, -10]],
  [-15, 10, 3, [-17, -7]],
  [2, 10, 3, [-7, 3]],
  [3, 10, 3, [3, 13]],
  [3, 10, -7, [3, 13]],
  [5, 1, 0, [5, 6]],
])('puts %i into a window of %i with offset %i: [%j)', (timestamp, size, offset, [start, end]) => {
  expect(tumbling(size, { offset }).assign(timestamp, undefined)).toEqual([{ start, end }])
})

test('cuts the windows at both ends of event time', () => {
  const windows = tumbling(7)
  expect(windows.assign(GLOBAL_MAX, undefined)).toEqual([{ start: GLOBAL_MAX - 1, end: GLOBAL_MAX + 1 }])
  expect(windows.assign(MIN_TIMESTAMP, undefined)).toEqual([{ start: MIN_TIMESTAMP, end: MIN_TIMESTAMP + 2 }])
})

test('never has a negative zero in its bounds or its data', () => {
  const windows = tumbling(10, { offset: -0 })
  expect(windows.assign(-0, undefined)).toStrictEqual([{ start: 0, end: 10 }])
  expect(windows.assign(-5, undefined)).toStrictEqual([{ start: -10, end: 0 }])
  expect(windows.spec).toStrictEqual({ kind: 'tumbling', size: 10, offset: 0 })
})

test('is plain, frozen data beside its behaviour; equal windows have equal data', () => {
  const windows = tumbling(10, { offset: -3 })
  expect(windows).toMatchObject({ kind: 'tumbling', shape: 'aligned', grid: { size: 10, period: 10, offset: 7 } })
  expect(windows.spec).toEqual(tumbling(10, { offset: 7 }).spec)
  expect([windows, windows.spec, windows.grid].every(Object.isFrozen)).toBe(true)
})

test.each<[size: number, offset: number, problem: string]>([
  [0, 0, 'the size is 0'],
  [-5, 0, 'the size is -5'],
  [1.5, 0, 'the size is 1.5'],
  [Number.NaN, 0, 'the size is NaN'],
  [Number.POSITIVE_INFINITY, 0, 'the size is Infinity'],
  [10, 10, 'the offset is 10'],
  [10, -10, 'the offset is -10'],
  [10, 0.5, 'the offset is 0.5'],
])('refuses size %d with offset %d: %s', (size, offset, problem) => {
  expect(() => tumbling(size, { offset })).toThrow(problem)
  expect(() => tumbling(size, { offset })).toThrow('[INVALID_ARGUMENT]')
})

test('global is one window over all of event time', () => {
  const windows = global()
  const [only] = windows.assign(5, undefined)
  expect(only).toEqual({ start: MIN_TIMESTAMP, end: GLOBAL_MAX + 1 })
  expect(windows.assign(GLOBAL_MAX, undefined)[0]).toBe(only)
  expect(windows).toMatchObject({ kind: 'global', shape: 'aligned', spec: { kind: 'global' } })
})
