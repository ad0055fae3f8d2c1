import { expect, test } from 'vitest'
import { GLOBAL_MAX } from '../../src/core/time.ts'
import type { Window } from '../../src/core/window.ts'
import { session } from '../../src/windows/session.ts'

const windows = (...bounds: [number, number][]): Window[] => bounds.map(([start, end]) => ({ start, end }))

test('an element begins a session that lasts for the gap', () => {
  expect(session(10).assign(-5, undefined)).toEqual({ start: -5, end: 5 })
  expect(session(10).assign(-0, undefined)).toStrictEqual({ start: 0, end: 10 })
})

test('the gap can be computed from the element', () => {
  const visits = session((visit: { stay: number }) => visit.stay)
  expect(visits.assign(3, { stay: 4 })).toEqual({ start: 3, end: 7 })
  expect(visits.spec).toEqual({ kind: 'session', gap: 'computed', touching: 'apart' })
})

test('a session is cut at the end of event time', () => {
  expect(session(10).assign(GLOBAL_MAX, undefined)).toEqual({ start: GLOBAL_MAX, end: GLOBAL_MAX + 1 })
})

test.each<[given: Window[], sessions: [parts: number, start: number, end: number][]]>([
  [[], []],
  [windows([0, 10]), []],
  [windows([0, 10], [9, 19]), [[2, 0, 19]]],
  [windows([0, 10], [10, 20]), []],
  [windows([0, 10], [5, 15], [14, 24]), [[3, 0, 24]]],
  [
    windows([0, 10], [5, 15], [30, 40], [30, 50]),
    [
      [2, 0, 15],
      [2, 30, 50],
    ],
  ],
  [windows([0, 100], [5, 15], [20, 30], [99, 101]), [[4, 0, 101]]],
  [windows([0, 100], [5, 15]), [[2, 0, 100]]],
])('merges %j into %j', (given, sessions) => {
  const merges = session(10).merge(given)
  expect(merges.map(({ parts, result }) => [parts.length, result.start, result.end])).toEqual(sessions)
})

test('sessions that touch stay apart, or merge when asked', () => {
  const touching = windows([0, 10], [10, 20], [21, 31])
  expect(session(10).merge(touching)).toEqual([])
  const [merge] = session(10, { touching: 'merge' }).merge(touching)
  expect(merge).toEqual({ parts: windows([0, 10], [10, 20]), result: { start: 0, end: 20 } })
})

test.each<[gap: number]>([[0], [-1], [2.5], [Number.NaN]])('refuses the gap %d', (gap) => {
  expect(() => session(gap)).toThrow(`[INVALID_ARGUMENT] session(gap): the gap is ${gap}`)
})

test('refuses a computed gap that is no positive integer and names the element', () => {
  const visits = session((visit: { stay: number }) => visit.stay)
  expect(() => visits.assign(3, { stay: 0 })).toThrow(
    '[INVALID_WINDOW] session(gap): the gap computed for {"stay":0} is 0',
  )
  expect(() => visits.assign(3, { stay: 0.5 })).toThrow('is 0.5')
})
