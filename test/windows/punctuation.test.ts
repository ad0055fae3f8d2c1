import { expect, test } from 'vitest'
import { type PunctuationOptions, punctuation } from '../../src/windows/punctuation.ts'
import { cutSequence } from './cutSequence.ts'

const isStar = (letter: string): boolean => letter === '*'

test.each<[marker: 'closes' | 'opens' | 'separates', sequence: string, windows: string[], open: string, apart: number]>(
  [
    ['closes', 'ab*c*d', ['ab*', 'c*'], 'd', 0],
    ['closes', '**a', ['*', '*'], 'a', 0],
    ['opens', 'ab*c*d', ['ab', '*c'], '*d', 0],
    ['opens', '**a', ['*'], '*a', 0],
    ['separates', 'ab*c*d', ['ab', 'c'], 'd', 2],
    ['separates', '**a*', ['a'], '', 3],
  ],
)('a marker that %s cuts %j into %j', (marker, sequence, windows, open, apart) => {
  const cuts = cutSequence(punctuation(isStar, { marker }), [...sequence])
  expect(cuts.windows.map((window) => window.join(''))).toEqual(windows)
  expect(cuts.open.map((window) => window.join('')).join()).toBe(open)
  expect(cuts.separators).toHaveLength(apart)
})

test.each<[marker: 'closes' | 'opens' | 'separates', count: number, windows: string[], bounded: number[]]>([
  ['closes', 2, ['ab', 'c*', 'd*', 'ef'], [0, 3]],
  ['closes', 1, ['a', 'b', 'c', '*', 'd', '*', 'e', 'f'], [0, 1, 2, 4, 6, 7]],
  ['opens', 2, ['ab', 'c', '*d', '*e'], [0, 2, 3]],
  ['opens', 1, ['a', 'b', 'c', '*', 'd', '*', 'e', 'f'], [0, 1, 2, 3, 4, 5, 6, 7]],
  ['separates', 2, ['ab', 'c', 'd', 'ef'], [0, 3]],
])('with markers that %s, a bound of %i cuts abc*d*ef into %j', (marker, count, windows, bounded) => {
  const cuts = cutSequence(punctuation(isStar, { marker, atMost: { count } }), [...'abc*d*ef'])
  expect(cuts.windows.map((window) => window.join(''))).toEqual(windows)
  expect(cuts.bounded).toEqual(bounded)
})

test.each<[options: PunctuationOptions<string>, side: 'before' | 'after' | undefined]>([
  [{}, undefined],
  [{ marker: 'opens' }, undefined],
  [{ scope: 'all' }, 'after'],
  [{ scope: 'all', marker: 'separates' }, 'after'],
  [{ scope: 'all', marker: 'opens' }, 'before'],
])('with %j a marker cuts other keys on the side: %s', (options, side) => {
  const { broadcast } = punctuation(isStar, options)
  expect(broadcast?.side).toBe(side)
  expect(broadcast === undefined || (broadcast.isMarker('*') && !broadcast.isMarker('a'))).toBe(true)
})

test('is plain, frozen data beside its behaviour', () => {
  const windows = punctuation(isStar, { scope: 'all', atMost: 500, compareTies: () => 0 })
  expect(windows.spec).toEqual({
    kind: 'punctuation',
    marker: 'closes',
    scope: 'all',
    atMost: { duration: 500, count: null },
    order: 'event-time',
    wait: 0,
    ties: true,
  })
  expect(windows).toMatchObject({ kind: 'punctuation', shape: 'sequence', atMost: 500, atEnd: 'emit' })
  expect([windows, windows.spec, windows.broadcast].every(Object.isFrozen)).toBe(true)
})

test.each<[problem: string, options: PunctuationOptions<string>]>([
  ['marker is "ends"', { marker: 'ends' as 'closes' }],
  ['scope is "some"', { scope: 'some' as 'all' }],
  ['the duration is 0', { atMost: 0 }],
  ['the count is 0', { atMost: { count: 0 } }],
  ["order is 'arrival'", { order: 'arrival', wait: 1 }],
])('refuses punctuation where %s', (problem, options) => {
  expect(() => punctuation(isStar, options)).toThrow(problem)
})
