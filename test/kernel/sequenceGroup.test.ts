import { expect, test } from 'vitest'
import type { LogStep } from '../../src/core/stepLog.ts'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import { countWindow } from '../../src/windows/countWindow.ts'
import { punctuation } from '../../src/windows/punctuation.ts'
import { END, el, type Letter, PANES, runSequence, sequencePlan, wm } from './runSequence.ts'

const isStar = ({ letter }: Letter): boolean => letter === '*'

test('elements take their places in event-time order, whatever order they come in', () => {
  const steps = [el('A', 'c', 9), el('A', 'a', 1), el('B', 'x', 3), el('A', 'b', 4), wm(10), el('A', 'd', 10), END]
  expect(runSequence(countWindow(2), steps).panes).toEqual(['A ab [1, 5)', 'A cd [9, 11)'])
})

test('elements of one timestamp are ordered by their encoded values, or first by the tie-break of the author', () => {
  const steps = [el('A', 'b', 5), el('A', 'c', 5), el('A', 'a', 5), END]
  expect(runSequence(countWindow(3), steps).panes).toEqual(['A abc [5, 6)'])
  const descending = (a: Letter, b: Letter): number => (a.letter < b.letter ? 1 : -1)
  expect(runSequence(countWindow<Letter>(3, { compareTies: descending }), steps).panes).toEqual(['A cba [5, 6)'])
})

test('an element is taken while the watermark is not past it by more than the wait, then dropped as order', () => {
  const windows = countWindow<Letter>(1, { wait: 5 })
  const steps = [wm(15), el('A', 'a', 10), wm(16), el('A', 'b', 10), el('A', 'c', 11), END]
  const { panes, dropped, counts } = runSequence(windows, steps)
  expect(panes).toEqual(['A a [10, 11)', 'A c [11, 12)'])
  expect(dropped).toEqual(['A b order'])
  expect(counts).toMatchObject({ assigned: 3, emitted: 2, buffered: 0, dropped: { order: 1 } })
})

test('the output watermark runs behind by the wait, and a window leaves before it', () => {
  const steps = [el('A', 'a', 10), el('A', 'b', 20), wm(15), wm(16), wm(40)]
  const { watermarks } = runStepLog(sequencePlan(countWindow<Letter>(1, { wait: 5 })), { startAt: 0, steps })
  expect(watermarks[PANES]).toEqual([
    { afterRows: 0, watermark: 10 },
    { afterRows: 1, watermark: 11 },
    { afterRows: 1, watermark: 20 },
    { afterRows: 2, watermark: 21 },
    { afterRows: 2, watermark: 35 },
  ])
})

test.each<[partial: 'emit' | 'drop', panes: string[], dropped: string[]]>([
  ['emit', ['A abcd [1, 5)', 'A cdef [3, 7)', 'A efg [5, 8) end'], []],
  ['drop', ['A abcd [1, 5)', 'A cdef [3, 7)'], ['A g partial']],
])('at the end of input the elements of no complete window: %s', (partial, panes, dropped) => {
  const steps = [...'abcdefg'].map((letter, i) => el('A', letter, i + 1))
  const run = runSequence(countWindow<Letter>(4, { every: 2, partial }), [...steps, END])
  expect(run).toMatchObject({ panes, dropped })
  expect(run.counts).toMatchObject({ assigned: 7, buffered: 0, openWindows: 0 })
})

test('elements between two count windows are in none', () => {
  const steps = [...'abcde'].map((letter, i) => el('A', letter, i))
  const { panes, dropped, counts } = runSequence(countWindow<Letter>(1, { every: 3 }), [...steps, END])
  expect(panes).toEqual(['A a [0, 1)', 'A d [3, 4)'])
  expect(dropped).toEqual(['A b noWindow', 'A c noWindow', 'A e noWindow'])
  expect(counts).toMatchObject({ assigned: 5, emitted: 2, dropped: { noWindow: 3 } })
})

test.each<[marker: 'closes' | 'opens' | 'separates', panes: string[], separators: number]>([
  ['closes', ['A a* [1, 6)', 'A bc* [6, 10)', 'A d [12, 31) end'], 0],
  ['opens', ['A a [1, 6)', 'A *bc [5, 10)', 'A *d [9, 31) end'], 0],
  ['separates', ['A a [1, 6)', 'A bc [6, 10)', 'A d [12, 31) end'], 2],
])('a marker that %s cuts its key, and stamps the window that it ends', (marker, panes, separators) => {
  const letters = [
    el('A', 'a', 1),
    el('A', '*', 5),
    el('A', 'b', 6),
    el('A', 'c', 8),
    el('A', '*', 9),
    el('A', 'd', 12),
  ]
  const run = runSequence(punctuation(isStar, { marker }), [...letters, wm(30), END])
  expect(run.panes).toEqual(panes)
  expect(run.counts).toMatchObject({ assigned: 6, separators, buffered: 0 })
})

const BROADCAST: readonly LogStep[] = [
  el('A', 'a', 4),
  el('A', 'b', 5),
  el('A', 'c', 6),
  el('B', 'x', 5),
  el('B', '*', 5),
  el('B', 'y', 9),
]

test.each<[marker: 'closes' | 'opens' | 'separates', panes: string[]]>([
  ['closes', ['A ab [4, 6)', 'B * [5, 6)', 'A c [6, 7) end', 'B xy [5, 10) end']],
  ['opens', ['A a [4, 6)', 'A bc [5, 7) end', 'B *xy [5, 10) end']],
  ['separates', ['A ab [4, 6)', 'A c [6, 7) end', 'B xy [5, 10) end']],
])('a marker for all keys that %s cuts the other keys around its timestamp', (marker, panes) => {
  const { panes: cut, counts } = runSequence(punctuation(isStar, { marker, scope: 'all' }), [...BROADCAST, END])
  expect(cut).toEqual(panes)
  expect(counts.buffered).toBe(0)
})

test('two keys with markers at one time cut each other', () => {
  const steps = [el('A', '*', 5), el('A', 'b', 5), el('B', '*', 5), el('B', 'y', 5), END]
  const { panes } = runSequence(punctuation(isStar, { scope: 'all' }), steps)
  expect(panes).toEqual(['A * [5, 6)', 'B * [5, 6)', 'A b [5, 6)', 'B y [5, 6)'])
})

test('a window whose marker does not come ends at its bound, which lies outside', () => {
  const steps = [el('A', 'a', 10), el('A', 'b', 19), el('A', 'c', 20), wm(19), wm(20), wm(21), wm(29)]
  const run = runSequence(punctuation(isStar, { atMost: 10 }), steps)
  expect(run.panes).toEqual(['A ab [10, 20) bound'])
  expect(run.counts).toMatchObject({ emitted: 2, buffered: 1, openWindows: 1 })
  expect(runSequence(punctuation(isStar, { atMost: 10 }), [...steps, wm(30)]).panes[1]).toBe('A c [20, 30) bound')
  expect(runSequence(punctuation(isStar, { atMost: 10 }), [...steps, END]).panes[1]).toBe('A c [20, 30) bound')
})

test('what is left at the end is stamped by the output watermark before, but not before its own last element', () => {
  const steps = [el('A', 'a', 10), wm(30), el('B', 'x', 40), el('C', '*', 60), el('B', 'y', 50), END]
  expect(runSequence(punctuation(isStar), steps).panes).toEqual([
    'A a [10, 31) end',
    'B xy [40, 51) end',
    'C * [60, 61)',
  ])
})

test('in order of arrival an element takes its place at once', () => {
  const steps = [el('A', 'b', 9), el('A', 'a', 1), el('A', 'c', 5), wm(20), el('A', 'd', 3), el('A', 'e', 4)]
  const run = runSequence(countWindow<Letter>(2, { order: 'arrival' }), steps)
  expect(run.panes).toEqual(['A ba [1, 10)', 'A cd [3, 21)'])
  expect(run.counts).toMatchObject({ assigned: 5, emitted: 4, buffered: 1 })
})

test('in order of arrival a window whose bound has passed ends with its first element', () => {
  const windows = punctuation(isStar, { order: 'arrival', atMost: 10 })
  const steps = [wm(50), el('A', 'a', 40), el('A', 'b', 45), el('A', 'c', 60), wm(55)]
  expect(runSequence(windows, steps).panes).toEqual(['A a [40, 51) bound', 'A b [45, 55) bound'])
})

test('what a callback throws names step, element, key and timestamp', () => {
  const failing = punctuation((_: Letter): boolean => {
    throw new Error('no marker')
  })
  expect(() => runSequence(failing, [el('A', 'a', 5), END])).toThrow(
    '[USER_CODE_FAILED] step "cut": the callback threw "no marker" for element {"key":"A","letter":"a"} of key "A"',
  )
})
