import fc from 'fast-check'
import { expect, test } from 'vitest'
import { floorMod, type Timestamp } from '../../src/core/time.ts'
import type {
  AlignedWindowFn,
  MergingWindowFn,
  SequenceCut,
  SequenceWindowFn,
  Window,
  WindowMerge,
} from '../../src/core/window.ts'
import type { Law } from '../../src/testing/laws/law.ts'
import { windowLaws } from '../../src/testing/laws/windowLaws.ts'
import { countWindow } from '../../src/windows/countWindow.ts'
import { windowBetween } from '../../src/windows/gridWindows.ts'
import { mergeOverlapping } from '../../src/windows/mergeOverlapping.ts'
import { session } from '../../src/windows/session.ts'
import { sliding } from '../../src/windows/sliding.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

const tens = (t: Timestamp): Timestamp => t - floorMod(t, 10)
const seven = tumbling(7)
const overlapping = sliding(10, 5)
let asked = 0

test.each<[mistake: string, assign: (timestamp: Timestamp) => readonly Window[], law: string]>([
  ['a remainder that truncates', (t) => [windowBetween(t - (t % 10), t - (t % 10) + 10)], 'contains its element'],
  ['an inclusive end', (t) => [windowBetween(tens(t), tens(t) + 9)], 'contains its element'],
  ['a negative zero', (t) => [{ start: tens(t) || -0, end: Math.min(tens(t) + 10, 8.64e14) }], 'contains its element'],
  ['a window past the end of time', (t) => [{ start: tens(t), end: tens(t) + 10 }], 'contains its element'],
  ['a descending order', (t) => [...overlapping.assign(t, 0)].reverse(), 'by ascending start'],
  ['a window twice', (t) => [...seven.assign(t, 0), ...seven.assign(t, 0)], 'are different'],
  ['a missing window', (t) => overlapping.assign(t, 0).slice(0, 1), 'takes every timestamp'],
  ['an answer that depends on the last', (t) => [windowBetween(tens(t), t + (asked++ % 2) + 1)], 'remembers nothing'],
  ['windows off their period', (t) => seven.assign(t, 0), 'moves its windows'],
])('the laws of aligned windows find %s', (_mistake, assign, law) => {
  const windowFn: AlignedWindowFn<unknown> = { kind: 'custom', shape: 'aligned', spec: {}, assign }
  expect(brokenAmong(windowLaws({ windowFn, shift: 10, runs: 500 }))).toContainEqual(expect.stringContaining(law))
})

test('the laws of aligned windows find a grid that disagrees', () => {
  const windowFn: AlignedWindowFn<unknown> = { ...tumbling(10), grid: { size: 10, period: 10, offset: 1 } }
  expect(brokenAmong(windowLaws({ windowFn }))).toEqual(['the grid has the same windows as the assignment'])
})

test.each<[mistake: string, merge: (windows: readonly Window[]) => readonly WindowMerge[], law: string]>([
  ['a sweep that looks at one neighbour', (all) => mergeOverlapping(all.slice(0, 2), 'apart'), 'merging again'],
  [
    'an end that is the last and not the greatest',
    (all) => mergeOverlapping(all, 'apart').map(toLastEnd),
    'spans them',
  ],
  ['a merge of one', (all) => all.slice(0, 1).map((only) => ({ parts: [only], result: only })), 'two or more'],
  ['a part in two merges', (all) => mergeOverlapping(all, 'apart').flatMap((merge) => [merge, merge]), 'each once'],
  ['merges that hang on how many windows there are', (all) => (all.length > 2 ? span(all) : []), 'no grouping'],
  [
    'overlaps of one millisecond left apart',
    (all) => mergeOverlapping(all.map(shorter), 'apart').map(longer),
    'overlap',
  ],
])('the laws of merging windows find %s', (_mistake, merge, law) => {
  const windowFn: MergingWindowFn<number> = { ...session((gap: number) => gap), merge }
  const laws = windowLaws({ windowFn, values: fc.integer({ min: 1, max: 12 }), runs: 500 })
  expect(brokenAmong(laws)).toContainEqual(expect.stringContaining(law))
})

test.each<[mistake: string, change: (cut: SequenceCut, index: number) => SequenceCut, law: string]>([
  ['the end of a window that is not open', (cut) => ({ ...cut, endsAfter: 2 }), 'windows that are open'],
  ['an end before a window is open', (cut) => ({ ...cut, endsBefore: 1 }), 'windows that are open'],
  ['a separator that begins a window', (cut) => ({ ...cut, joins: false }), 'a separator begins none'],
  ['an answer that depends on the last', (cut) => ({ ...cut, endsAfter: asked++ % 2 }), 'its place alone'],
])('the laws of sequence windows find %s', (_mistake, change, law) => {
  const right = countWindow<string>(3)
  const windowFn: SequenceWindowFn<string> = {
    ...right,
    cut: (value, place) => change(right.cut(value, place), place.index),
  }
  expect(brokenAmong(windowLaws({ windowFn, values: fc.constant('a') }))).toContainEqual(expect.stringContaining(law))
})

function brokenAmong(laws: readonly Law[]): string[] {
  return laws.flatMap(({ name, check }) => {
    try {
      check()
      return []
    } catch {
      return [name]
    }
  })
}

function span(windows: readonly Window[]): WindowMerge[] {
  const start = Math.min(...windows.map((window) => window.start))
  const end = Math.max(...windows.map((window) => window.end))
  return [{ parts: windows, result: { start, end } }]
}

function toLastEnd({ parts, result }: WindowMerge): WindowMerge {
  return { parts, result: { start: result.start, end: parts[parts.length - 1]?.end ?? result.end } }
}

const shorter = ({ start, end }: Window): Window => ({ start, end: end - 1 })
const longer = ({ parts, result }: WindowMerge): WindowMerge => ({
  parts: parts.map(({ start, end }) => ({ start, end: end + 1 })),
  result: { start: result.start, end: result.end + 1 },
})
