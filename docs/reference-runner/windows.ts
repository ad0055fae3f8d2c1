/**
 * Which windows an element falls into, and which windows of a key become one (R10-R18). Built-in windows are read as
 * data; calendar, custom and computed-gap windows cannot be data, so their own functions are asked.
 */
import { MIN_TIMESTAMP, type Timestamp } from '../../src/core/time.ts'
import {
  compareWindows,
  GLOBAL_WINDOW,
  type MergingWindowFn,
  type Window,
  type WindowFn,
  type WindowMerge,
  windowId,
} from '../../src/core/window.ts'

/** Every window that the element starts in, by (max, start). */
export function windowsOf(windowFn: WindowFn<unknown>, timestamp: Timestamp, value: unknown): readonly Window[] {
  const spec = windowFn.spec
  const number = (field: string): number => Number(spec[field])
  switch (windowFn.kind) {
    case 'global':
      return [GLOBAL_WINDOW]
    case 'tumbling':
      return gridWindows(timestamp, number('size'), number('size'), number('offset'))
    case 'sliding':
      return gridWindows(timestamp, number('size'), number('period'), number('offset'))
    case 'session':
      if (typeof spec.gap === 'number') return [cut({ start: timestamp, end: timestamp + spec.gap })]
  }
  if (windowFn.shape === 'sequence') return []
  return [windowFn.assign(timestamp, value)].flat().sort(compareWindows)
}

/** Every window [offset + k * period, + size) that contains the timestamp, for whole numbers k of any sign (R11, R13). */
function gridWindows(timestamp: Timestamp, size: number, period: number, offset: number): Window[] {
  const windows: Window[] = []
  for (let k = Math.floor((timestamp - offset) / period); ; k--) {
    const start = offset + k * period
    if (start + size <= timestamp) return windows.reverse()
    windows.push(cut({ start, end: start + size }))
  }
}

/** No window passes the ends of time (R12). `+ 0` turns -0 into 0. */
function cut({ start, end }: Window): Window {
  return { start: Math.max(start, MIN_TIMESTAMP) + 0, end: Math.min(end, GLOBAL_WINDOW.end) }
}

/** Which of a key's windows become one (R14, R15): only groups of two and more. */
export function mergesOf(windowFn: MergingWindowFn<unknown>, windows: readonly Window[]): readonly WindowMerge[] {
  const distinct = [...new Map(windows.map((window) => [windowId(window), window])).values()]
  if (windowFn.kind !== 'session') {
    return windowFn.merge(distinct.sort((a, b) => a.start - b.start || a.end - b.end))
  }
  const doTouching = windowFn.spec.touching === 'merge'
  const hangTogether = (a: Window, b: Window): boolean =>
    doTouching ? a.start <= b.end && b.start <= a.end : a.start < b.end && b.start < a.end
  return components(distinct, hangTogether).filter((merge) => merge.parts.length > 1)
}

/** As long as two groups hang together, they become one. */
function components(windows: readonly Window[], hangTogether: (a: Window, b: Window) => boolean): WindowMerge[] {
  let groups: WindowMerge[] = windows.map((window) => ({ parts: [window], result: window }))
  for (;;) {
    const pair = groups.flatMap((a, i) => groups.slice(i + 1).map((b) => [a, b] as const))
    const found = pair.find(([a, b]) => hangTogether(a.result, b.result))
    if (found === undefined) return groups
    const [a, b] = found
    const result = {
      start: Math.min(a.result.start, b.result.start),
      end: Math.max(a.result.end, b.result.end),
    }
    groups = [...groups.filter((group) => group !== a && group !== b), { parts: [...a.parts, ...b.parts], result }]
  }
}
