import { expect, test } from 'vitest'
import { countWindow } from '../../src/windows/countWindow.ts'
import { cutSequence } from './cutSequence.ts'

const LETTERS = [...'abcdefg']

test.each<[size: number, every: number, windows: string[], open: string[], holes: string]>([
  [3, 3, ['abc', 'def'], ['g'], ''],
  [1, 1, ['a', 'b', 'c', 'd', 'e', 'f', 'g'], [], ''],
  [7, 7, ['abcdefg'], [], ''],
  [8, 8, [], ['abcdefg'], ''],
  [4, 2, ['abcd', 'cdef'], ['efg', 'g'], ''],
  [3, 2, ['abc', 'cde', 'efg'], ['g'], ''],
  [3, 1, ['abc', 'bcd', 'cde', 'def', 'efg'], ['fg', 'g'], ''],
  [2, 3, ['ab', 'de'], ['g'], 'cf'],
  [1, 4, ['a', 'e'], [], 'bcdfg'],
])('count %i every %i cuts abcdefg into %j', (size, every, windows, open, holes) => {
  const cuts = cutSequence(countWindow<string>(size, { every }), LETTERS)
  expect(cuts.windows.map((window) => window.join(''))).toEqual(windows)
  expect(cuts.open.map((window) => window.join(''))).toEqual(open)
  expect(cuts.holes.join('')).toBe(holes)
})

test('is plain, frozen data beside its behaviour', () => {
  const windows = countWindow(5, { every: 2, partial: 'emit', wait: 100 })
  expect(windows.spec).toEqual({
    kind: 'count',
    size: 5,
    every: 2,
    partial: 'emit',
    order: 'event-time',
    wait: 100,
    ties: false,
  })
  expect(windows).toMatchObject({ kind: 'count', shape: 'sequence', order: 'event-time', wait: 100, atEnd: 'emit' })
  expect([windows, windows.spec].every(Object.isFrozen)).toBe(true)
})

test('drops a tail unless asked to emit it', () => {
  expect(countWindow(5).atEnd).toBe('drop')
})

test.each<[problem: string, make: () => unknown]>([
  ['the size is 0', () => countWindow(0)],
  ['the size is 2.5', () => countWindow(2.5)],
  ['every is 0', () => countWindow(2, { every: 0 })],
  ['wait is -1', () => countWindow(2, { wait: -1 })],
  ["order is 'arrival'", () => countWindow(2, { order: 'arrival', wait: 5 })],
  ["order is 'arrival'", () => countWindow(2, { order: 'arrival', compareTies: () => 0 })],
  ['order is "time"', () => countWindow(2, { order: 'time' as 'arrival' })],
  ['partial is "keep"', () => countWindow(2, { partial: 'keep' as 'emit' })],
])('refuses a count window where %s', (problem, make) => {
  expect(make).toThrow(problem)
  expect(make).toThrow('[INVALID_ARGUMENT]')
})
