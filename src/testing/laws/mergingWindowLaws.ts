import fc from 'fast-check'
import { type MergingWindowFn, type Window, windowId } from '../../core/window.ts'
import { ensureContains } from './alignedWindowLaws.ts'
import type { Law } from './law.ts'
import { ensure, ensureEqual, windowLaw } from './windowLaw.ts'
import { boundaryTimestamps, timestampsOf, valuesOf, type WindowSubject } from './windowSubject.ts'

/** The laws of windows that grow together (R14-R16, P13); see `windowLaws`. */
export function mergingWindowLaws<T>(subject: WindowSubject<T, MergingWindowFn<T>>): readonly Law[] {
  const { windowFn } = subject
  const law = <C>(name: string, cases: fc.Arbitrary<C>, holds: (given: C) => void): Law =>
    windowLaw(subject, name, cases, holds)
  const values = valuesOf(subject)
  // One timestamp in four is drawn at a bound of some window, so that windows touch; most lie close together.
  const timestamps = fc.oneof(
    { weight: 3, arbitrary: timestampsOf(subject) },
    { weight: 1, arbitrary: boundaryTimestamps(subject) },
  )
  const starts = fc
    .array(fc.tuple(timestamps, values), { maxLength: 8 })
    .map((elements) => distinct(elements.map(([timestamp, value]) => windowFn.assign(timestamp, value))))
  const one = fc.tuple(boundaryTimestamps(subject), values)
  return [
    law('each window is half-open, within event time, and contains its element', one, ([timestamp, value]) => {
      ensureContains(windowFn.assign(timestamp, value), timestamp)
    }),
    law('assignment and merging are pure', fc.tuple(one, starts), ([[timestamp, value], windows]) => {
      const before = [windowFn.assign(timestamp, value), windowFn.merge(Object.freeze(windows))]
      const again = [windowFn.assign(timestamp, value), windowFn.merge(Object.freeze(windows))]
      ensureEqual(again, before, 'the second answer')
    }),
    law('joins agrees with merge', starts, (windows) => {
      for (const a of windows) {
        for (const b of windows) {
          if (a === b || windowFn.joins === undefined) continue
          const pair = [a, b].sort((x, y) => x.start - y.start || x.end - y.end)
          ensureEqual(windowFn.joins(a, b), windowFn.merge(pair).length > 0, `whether ${show(pair)} join`)
        }
      }
    }),
    law('a merge takes two or more windows that are there, each once, and spans them', starts, (windows) => {
      const left = new Set(windows.map(windowId))
      for (const { parts, result } of windowFn.merge(windows)) {
        ensure(parts.length >= 2, () => `a merge of ${show(parts)}`)
        for (const part of parts) {
          ensure(left.delete(windowId(part)), () => `${show([part])} is not there, or merged twice`)
          ensure(
            result.start <= part.start && part.end <= result.end,
            () => `${show([result])} shrinks ${show([part])}`,
          )
        }
      }
    }),
    law('merging again merges nothing', starts, (windows) => {
      ensureEqual(windowFn.merge(merged(windowFn, windows)), [], 'merges of merged windows')
    }),
    law(
      'the result depends on no order and no grouping',
      fc.tuple(starts, starts, fc.nat()),
      ([some, others, turn]) => {
        const together = show(merged(windowFn, [...some, ...others]))
        const grouped = merged(windowFn, [...merged(windowFn, some), ...merged(windowFn, others)])
        ensureEqual(show(grouped), together, 'two groups merged, then their results')
        const all = [...others, ...some]
        const at = all.length === 0 ? 0 : turn % all.length
        const turned = [...all.slice(at), ...all.slice(0, at)]
        let oneByOne: Window[] = []
        for (const window of turned) oneByOne = merged(windowFn, [...oneByOne, window])
        ensureEqual(show(oneByOne), together, 'windows merged one by one')
      },
    ),
    ...(subject.mayOverlap === true
      ? []
      : [
          law('what is left after merging does not overlap', starts, (windows) => {
            const left = merged(windowFn, windows)
            left.slice(1).forEach((window, at) => {
              ensure((left[at] ?? window).end <= window.start, () => `${show(left)} overlap`)
            })
          }),
        ]),
  ]
}

/** The windows that are there after merging. */
export function merged<T>(windowFn: MergingWindowFn<T>, windows: readonly Window[]): Window[] {
  const present = distinct(windows)
  const merges = windowFn.merge(present)
  const gone = new Set(merges.flatMap(({ parts }) => parts.map(windowId)))
  return distinct([...present.filter((window) => !gone.has(windowId(window))), ...merges.map(({ result }) => result)])
}

/** Sorted by (start, end), each once: what `merge` is given. */
function distinct(windows: readonly Window[]): Window[] {
  const byId = new Map(windows.map((window) => [windowId(window), window]))
  return [...byId.values()].sort((a, b) => a.start - b.start || a.end - b.end)
}

function show(windows: readonly Window[]): string {
  return windows.map(({ start, end }) => `[${start}, ${end})`).join(' ')
}
