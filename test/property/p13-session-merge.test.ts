/**
 * P13, the algebra of session merging: the result is independent of order and grouping; final windows are pairwise
 * disjoint; every element lies in exactly one; neighbours are at least a gap apart. The model knows no windows: it sorts
 * the timestamps and splits them where the pause is long enough.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Timestamp } from '../../src/core/time.ts'
import { compareWindows, type MergingWindowFn, type Window, windowId } from '../../src/core/window.ts'
import { session } from '../../src/windows/session.ts'

const RUNS = Number(process.env.TIDEMARK_RUNS ?? 1)

const gaps = fc.integer({ min: 1, max: 12 })
const touchings = fc.constantFrom('apart' as const, 'merge' as const)

/** Timestamps, of which some lie exactly one gap, or one gap and a millisecond, from another. */
const scenes = fc
  .record({
    gap: gaps,
    touching: touchings,
    times: fc.array(fc.integer({ min: -30, max: 60 }), { minLength: 1, maxLength: 8 }),
    neighbours: fc.array(fc.tuple(fc.nat(7), fc.constantFrom(-1, 0, 1)), { maxLength: 4 }),
  })
  .map(({ gap, touching, times, neighbours }) => {
    const near = neighbours.map(([of, step]) => (times[of % times.length] ?? 0) + gap + step)
    return { gap, touching, times: [...times, ...near] }
  })

test('P13: sessions of elements in any order are the runs of timestamps with pauses shorter than the gap', () => {
  const reached = { alone: 0, merged: 0, exactlyAGap: 0, twice: 0, bridged: 0 }
  fc.assert(
    fc.property(scenes, fc.infiniteStream(fc.nat()), ({ gap, touching, times }, picks) => {
      const windowFn = session(gap, { touching })
      const inOrderOfArrival = shuffle(times, picks)
      let windows: Window[] = []
      for (const timestamp of inOrderOfArrival) {
        const before = windows.length
        windows = merged(windowFn, [...windows, windowFn.assign(timestamp, undefined)])
        if (windows.length < before) reached.bridged++
      }
      const runs = runsOf(times, touching === 'merge' ? gap : gap - 1)
      expect(windows).toEqual(runs.map(({ first, last }) => ({ start: first, end: last + gap })))
      if (runs.some(({ first, last }) => first === last)) reached.alone++
      if (runs.some(({ first, last }) => first < last)) reached.merged++
      if (windows.some(({ end }) => windows.some(({ start }) => start === end))) reached.exactlyAGap++
      if (new Set(times).size < times.length) reached.twice++
    }),
    { numRuns: 1000 * RUNS },
  )
  expect(Object.entries(reached).filter(([, count]) => count === 0)).toEqual([])
})

test('P13: merging is associative and idempotent, also for gaps computed from the element', () => {
  const reached = { acrossGroups: 0, contained: 0, apart: 0 }
  const elements = fc.array(fc.tuple(fc.integer({ min: -30, max: 60 }), gaps), { maxLength: 8 })
  fc.assert(
    fc.property(touchings, elements, elements, elements, (touching, a, b, c) => {
      const windowFn = session((gap: number) => gap, { touching })
      const [as, bs, cs] = [a, b, c].map((group) => group.map(([time, gap]) => windowFn.assign(time, gap)))
      const all = merged(windowFn, [...(as ?? []), ...(bs ?? []), ...(cs ?? [])])
      const left = merged(windowFn, [...merged(windowFn, [...(as ?? []), ...(bs ?? [])]), ...(cs ?? [])])
      const right = merged(windowFn, [...(as ?? []), ...merged(windowFn, [...(bs ?? []), ...(cs ?? [])])])
      expect(left).toEqual(all)
      expect(right).toEqual(all)
      expect(merged(windowFn, all)).toEqual(all)
      const reach = touching === 'merge' ? 1 : 0
      expect(all.slice(1).filter(({ start }, at) => start < (all[at]?.end ?? start) + reach)).toEqual([])
      const parts = [...(as ?? []), ...(bs ?? []), ...(cs ?? [])]
      for (const { start, end } of parts) {
        expect(all.filter((window) => window.start <= start && end <= window.end)).toHaveLength(1)
      }
      if (all.length < merged(windowFn, as ?? []).length + merged(windowFn, bs ?? []).length) reached.acrossGroups++
      if (parts.some((one) => parts.some((other) => one.start < other.start && other.end < one.end)))
        reached.contained++
      if (all.length > 1) reached.apart++
    }),
    { numRuns: 500 * RUNS },
  )
  expect(Object.entries(reached).filter(([, count]) => count === 0)).toEqual([])
})

/** First and last timestamp of each run in which neighbours are at most `pause` apart. */
function runsOf(times: readonly Timestamp[], pause: number): { first: Timestamp; last: Timestamp }[] {
  const runs: { first: Timestamp; last: Timestamp }[] = []
  for (const time of [...times].sort((a, b) => a - b)) {
    const run = runs[runs.length - 1]
    if (run !== undefined && time - run.last <= pause) run.last = time
    else runs.push({ first: time, last: time })
  }
  return runs
}

/** The windows that are there after merging, sorted by (start, end). */
function merged<T>(windowFn: MergingWindowFn<T>, windows: readonly Window[]): Window[] {
  const present = [...new Map(windows.map((window) => [windowId(window), window])).values()].sort(byStart)
  const merges = windowFn.merge(present)
  const gone = new Set(merges.flatMap(({ parts }) => parts.map(windowId)))
  return [...present.filter((window) => !gone.has(windowId(window))), ...merges.map(({ result }) => result)].sort(
    byStart,
  )
}

function byStart(a: Window, b: Window): number {
  return a.start - b.start || compareWindows(a, b)
}

function shuffle<T>(items: readonly T[], picks: Iterator<number>): T[] {
  const left = [...items]
  return items.flatMap(() => left.splice(picks.next().value % left.length, 1))
}
