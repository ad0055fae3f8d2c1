/**
 * P17, assignment: start <= timestamp < end; an element is in every window that contains it and in no other; moving it
 * by k periods moves its windows by k periods, for every integer k. The windows are found again by looking at each one
 * near the timestamp, without any division.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GLOBAL_MAX, MIN_TIMESTAMP, type Timestamp } from '../../src/core/time.ts'
import type { AlignedWindowFn, Window, WindowGrid } from '../../src/core/window.ts'
import { calendarDays, calendarMonths } from '../../src/windows/calendar.ts'
import { global } from '../../src/windows/global.ts'
import { sliding } from '../../src/windows/sliding.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

const RUNS = Number(process.env.TIDEMARK_RUNS ?? 1)

const grids: fc.Arbitrary<AlignedWindowFn<unknown> & { readonly grid?: WindowGrid }> = fc
  .record({
    size: fc.integer({ min: 1, max: 12 }),
    period: fc.integer({ min: 1, max: 12 }),
    shift: fc.integer({ min: -11, max: 11 }),
    isTumbling: fc.boolean(),
  })
  .map(({ size, period, shift, isTumbling }) =>
    isTumbling ? tumbling(size, { offset: shift % size }) : sliding(size, period, { offset: shift % period }),
  )

/** Uniform times, and times at a bound of some window or one beside it. */
const cases = fc
  .tuple(grids, fc.integer({ min: -30, max: 60 }), fc.option(fc.tuple(fc.nat(12), fc.constantFrom(-1, 0, 1))))
  .map(([windowFn, near, bound]) => {
    const { offset, period, size } = gridOf(windowFn)
    const timestamp = bound === null ? near : offset + (bound[0] - 6) * period + (bound[0] % 2) * size + bound[1]
    return { windowFn, grid: { offset, period, size }, timestamp }
  })

test('P17: an element is in every window of the grid that contains it and in no other', () => {
  const reached = { negative: 0, atStart: 0, atEnd: 0, lastMillisecond: 0, holes: 0, several: 0 }
  fc.assert(
    fc.property(cases, ({ windowFn, grid, timestamp }) => {
      const windows = windowFn.assign(timestamp, undefined)
      expect(windows).toStrictEqual(search(grid, timestamp))
      if (timestamp < 0) reached.negative++
      if (windows.some(({ start }) => start === timestamp)) reached.atStart++
      if (search(grid, timestamp - 1).some(({ end }) => end === timestamp)) reached.atEnd++
      if (windows.some(({ end }) => end - 1 === timestamp)) reached.lastMillisecond++
      if (windows.length === 0) reached.holes++
      if (windows.length > 1) reached.several++
    }),
    { numRuns: 1000 * RUNS },
  )
  expect(Object.entries(reached).filter(([, count]) => count === 0)).toEqual([])
})

test('P17: moving an element by k periods moves its windows by k periods', () => {
  const reached = { back: 0, forth: 0, far: 0, overZero: 0 }
  const steps = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -1e13, max: 1e13 }))
  fc.assert(
    fc.property(cases, steps, ({ windowFn, grid, timestamp }, k) => {
      const by = k * grid.period
      const moved = windowFn
        .assign(timestamp, undefined)
        .map(({ start, end }) => ({ start: start + by, end: end + by }))
      expect(windowFn.assign(timestamp + by, undefined)).toStrictEqual(moved)
      if (k < 0) reached.back++
      if (k > 0) reached.forth++
      if (Math.abs(k) > 1e9) reached.far++
      if (timestamp > 0 && timestamp + by < 0) reached.overZero++
    }),
    { numRuns: 1000 * RUNS },
  )
  expect(Object.entries(reached).filter(([, count]) => count === 0)).toEqual([])
})

test('P17: windows at the ends of time contain their element and are cut there', () => {
  const reached = { cutAtBegin: 0, cutAtEnd: 0 }
  const ends = fc
    .tuple(fc.constantFrom(MIN_TIMESTAMP, GLOBAL_MAX), fc.integer({ min: -30, max: 30 }))
    .map(([end, step]) => Math.min(Math.max(end + step, MIN_TIMESTAMP), GLOBAL_MAX))
  fc.assert(
    fc.property(grids, ends, (windowFn, timestamp) => {
      const uncut = search(gridOf(windowFn), timestamp)
      const windows = windowFn.assign(timestamp, undefined)
      expect(windows).toStrictEqual(uncut.map(cut))
      if (uncut.some(({ start }) => start < MIN_TIMESTAMP)) reached.cutAtBegin++
      if (uncut.some(({ end }) => end > GLOBAL_MAX + 1)) reached.cutAtEnd++
    }),
    { numRuns: 500 * RUNS },
  )
  expect(Object.entries(reached).filter(([, count]) => count === 0)).toEqual([])
})

const HOUR = 3_600_000
const calendars: readonly (readonly [AlignedWindowFn<unknown>, typicalHours: number])[] = [
  [calendarDays(1, { zone: 'America/New_York' }), 24],
  [calendarDays(1, { zone: 'America/Sao_Paulo' }), 24],
  [calendarDays(1, { zone: 'America/St_Johns' }), 24],
  [calendarDays(1, { zone: 'Pacific/Apia' }), 24],
  [calendarDays(2, { zone: 'Asia/Beirut', start: '2030-06-15' }), 48],
  [calendarMonths(1, { zone: 'Europe/Berlin', start: '1999-01-31' }), 31 * 24],
]

test('P17: calendar windows lie side by side: each holds its element, and the next begins where it ends', () => {
  const reached = { odd: 0, atStart: 0, beforeStart: 0 }
  const times = fc.integer({ min: Date.UTC(1966), max: Date.UTC(2033) })
  fc.assert(
    fc.property(fc.constantFrom(...calendars), times, fc.boolean(), ([windowFn, typicalHours], time, toBound) => {
      const timestamp = toBound ? only(windowFn, time).start : time
      const window = only(windowFn, timestamp)
      expect(window.start <= timestamp && timestamp < window.end).toBe(true)
      expect(only(windowFn, window.end).start).toBe(window.end)
      expect(only(windowFn, window.end - 1)).toEqual(window)
      if (window.end - window.start !== typicalHours * HOUR) reached.odd++
      if (timestamp === window.start) reached.atStart++
      if (timestamp < 0) reached.beforeStart++
    }),
    { numRuns: 300 * RUNS },
  )
  expect(Object.entries(reached).filter(([, count]) => count === 0)).toEqual([])
})

test('P17: the global window contains every element', () => {
  fc.assert(
    fc.property(fc.integer({ min: MIN_TIMESTAMP, max: GLOBAL_MAX }), (timestamp) => {
      const { start, end } = only(global(), timestamp)
      expect(start <= timestamp && timestamp < end).toBe(true)
    }),
    { numRuns: 50 * RUNS },
  )
})

test('P17, regression: size 10 at -15 is [-20, -10), where a truncating remainder gives [-10, 0)', () => {
  expect(tumbling(10).assign(-15, undefined)).toEqual([{ start: -20, end: -10 }])
  expect(sliding(10, 10).assign(-15, undefined)).toEqual([{ start: -20, end: -10 }])
})

/** Every window of the grid that contains the timestamp, by walking over the grid one period at a time. */
function search({ size, period, offset }: WindowGrid, timestamp: Timestamp): Window[] {
  const windows: Window[] = []
  // Far from zero the walk starts near the timestamp; the distance is a multiple of every period up to 12.
  const origin = Math.abs(timestamp) < 100 ? 0 : Math.trunc(timestamp / 27_720) * 27_720
  const reach = Math.abs(timestamp - origin) + size + 2 * period
  for (let start = origin + offset; start >= timestamp - reach; start -= period) {
    if (start <= timestamp && timestamp < start + size) windows.unshift({ start, end: start + size })
  }
  for (let start = origin + offset + period; start <= timestamp; start += period) {
    if (timestamp < start + size) windows.push({ start, end: start + size })
  }
  return windows
}

function cut({ start, end }: Window): Window {
  return { start: Math.max(start, MIN_TIMESTAMP), end: Math.min(end, GLOBAL_MAX + 1) }
}

function gridOf({ grid }: AlignedWindowFn<unknown>): WindowGrid {
  if (grid === undefined) throw new Error('tumbling and sliding windows have a grid')
  return grid
}

function only(windowFn: AlignedWindowFn<unknown>, timestamp: Timestamp): Window {
  const [window, ...others] = windowFn.assign(timestamp, undefined)
  if (window === undefined || others.length > 0) throw new Error(`${timestamp} is not in one window`)
  return window
}
