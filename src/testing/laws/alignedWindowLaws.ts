import fc from 'fast-check'
import { type Duration, GLOBAL_MAX, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import { type AlignedWindowFn, compareWindows, GLOBAL_WINDOW, type Window, type WindowGrid } from '../../core/window.ts'
import type { Law } from './law.ts'
import { ensure, ensureEqual, windowLaw } from './windowLaw.ts'
import { boundaryTimestamps, valuesOf, type WindowSubject } from './windowSubject.ts'

/** The laws of windows that depend on one element alone; see `windowLaws`. */
export function alignedWindowLaws<T>(subject: WindowSubject<T, AlignedWindowFn<T>>): readonly Law[] {
  const { windowFn } = subject
  const law = <C>(name: string, cases: fc.Arbitrary<C>, holds: (given: C) => void): Law =>
    windowLaw(subject, name, cases, holds)
  const values = valuesOf(subject)
  const timestamps = boundaryTimestamps(subject)
  const { grid } = windowFn
  const shift = subject.shift ?? grid?.period
  const one = fc.tuple(timestamps, values)
  const two = fc.tuple(timestamps, timestamps, values)
  const laws = [
    law('each window is half-open, within event time, and contains its element', one, ([timestamp, value]) => {
      for (const window of windowFn.assign(timestamp, value)) ensureContains(window, timestamp)
    }),
    law('windows of an element are different, by ascending start', one, ([timestamp, value]) => {
      const windows = windowFn.assign(timestamp, value)
      windows.slice(1).forEach((window, at) => {
        const before = windows[at] ?? window
        const ascends = before.start - window.start || before.end - window.end
        ensure(ascends < 0, () => `${show(windows)} are not in order`)
      })
    }),
    law('assignment remembers nothing that changes an answer', two, ([timestamp, between, value]) => {
      const first = show(windowFn.assign(timestamp, value))
      ensureEqual(show(windowFn.assign(timestamp, value)), first, `windows of ${timestamp}, asked again`)
      windowFn.assign(between, value)
      ensureEqual(show(windowFn.assign(timestamp, value)), first, `windows of ${timestamp} after those of ${between}`)
    }),
  ]
  if (subject.isComplete ?? true) {
    laws.push(
      law('a window takes every timestamp that lies in it', two, ([timestamp, other, value]) => {
        const here = windowFn.assign(timestamp, value).filter((window) => contains(window, other))
        const there = windowFn.assign(other, value).filter((window) => contains(window, timestamp))
        ensureEqual(show(there), show(here), `windows with both ${timestamp} and ${other}`)
      }),
    )
  }
  if (grid !== undefined) {
    laws.push(
      law('the grid has the same windows as the assignment', one, ([timestamp, value]) => {
        ensureEqual(
          show(windowFn.assign(timestamp, value)),
          show(searchGrid(grid, timestamp)),
          `windows of ${timestamp}`,
        )
      }),
    )
  }
  if (shift !== undefined) {
    const moved = fc.tuple(timestamps, values, fc.integer({ min: -50, max: 50 }))
    laws.push(
      law('moving an element by a period moves its windows by a period', moved, ([timestamp, value, times]) => {
        const by = times * shift
        const here = windowFn.assign(timestamp, value)
        if (!isInside(timestamp + by) || ![...here, ...moveAll(here, by)].every(isUncut)) return
        ensureEqual(
          show(windowFn.assign(timestamp + by, value)),
          show(moveAll(here, by)),
          `windows of ${timestamp + by}`,
        )
      }),
    )
  }
  return laws
}

export function ensureContains({ start, end }: Window, timestamp: Timestamp): void {
  const isInterval = Number.isInteger(start) && Number.isInteger(end) && start < end
  ensure(isInterval && !Object.is(start, -0) && !Object.is(end, -0), () => `[${start}, ${end}) is no window`)
  ensure(start >= GLOBAL_WINDOW.start && end <= GLOBAL_WINDOW.end, () => `[${start}, ${end}) passes the ends of time`)
  ensure(start <= timestamp && timestamp < end, () => `[${start}, ${end}) does not contain ${timestamp}`)
}

/** The windows of the grid that contain `timestamp`, by looking at each near it: slow, and right at sight. */
function searchGrid({ size, period, offset }: WindowGrid, timestamp: Timestamp): Window[] {
  const windows: Window[] = []
  const reach = Math.ceil(size / period) + 1
  const near = Math.round((timestamp - offset) / period)
  for (let i = near - reach; i <= near + reach; i++) {
    const start = offset + i * period
    if (start <= timestamp && timestamp < start + size) {
      windows.push({ start: Math.max(start, MIN_TIMESTAMP), end: Math.min(start + size, GLOBAL_MAX + 1) })
    }
  }
  return windows.sort((a, b) => a.start - b.start || compareWindows(a, b))
}

function contains(window: Window, timestamp: Timestamp): boolean {
  return window.start <= timestamp && timestamp < window.end
}

/** False where a window may have been cut at an end of time, so that it does not move as a whole. */
function isUncut({ start, end }: Window): boolean {
  return start > GLOBAL_WINDOW.start && end < GLOBAL_WINDOW.end
}

function isInside(timestamp: Timestamp): boolean {
  return timestamp >= MIN_TIMESTAMP && timestamp <= GLOBAL_MAX
}

function moveAll(windows: readonly Window[], by: Duration): Window[] {
  return windows.map(({ start, end }) => ({ start: start + by, end: end + by }))
}

function show(windows: readonly Window[]): string {
  return windows.map(({ start, end }) => `[${start}, ${end})`).join(' ')
}
