import { expect, test } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import { GLOBAL_MAX } from '../../src/core/time.ts'
import type { Window, WindowMerge } from '../../src/core/window.ts'
import { customMergingWindows } from '../../src/windows/customMergingWindows.ts'
import { customWindows } from '../../src/windows/customWindows.ts'
import { mergeOverlapping } from '../../src/windows/mergeOverlapping.ts'

const answering = (...windows: Window[]) => customWindows({ name: 'mine', assign: () => windows })

test('assigns what the author answers, none included', () => {
  expect(answering({ start: 0, end: 9 }, { start: 2, end: 5 }).assign(3, undefined)).toEqual([
    { start: 0, end: 9 },
    { start: 2, end: 5 },
  ])
  expect(answering().assign(3, undefined)).toEqual([])
})

test('keeps a frozen copy of its parameters', () => {
  const parameters = { terms: [{ start: 0, end: 5 }] }
  const windows = customWindows({ name: 'terms', parameters, assign: () => [] })
  parameters.terms.push({ start: 5, end: 9 })
  expect(windows.spec).toEqual({ kind: 'custom', name: 'terms', parameters: { terms: [{ start: 0, end: 5 }] } })
  expect(Object.isFrozen(windows.spec.parameters)).toBe(true)
})

test.each<[what: string, windows: Window[]]>([
  ['ends before its element', [{ start: 0, end: 3 }]],
  ['begins after its element', [{ start: 4, end: 9 }]],
  ['is not whole', [{ start: 0.5, end: 9 }]],
  ['has no bounds', [{ start: Number.NaN, end: Number.NaN }]],
  ['passes the end of time', [{ start: 0, end: GLOBAL_MAX + 2 }]],
  [
    'comes before an earlier one',
    [
      { start: 2, end: 9 },
      { start: 1, end: 9 },
    ],
  ],
  [
    'comes twice',
    [
      { start: 2, end: 9 },
      { start: 2, end: 9 },
    ],
  ],
])('refuses a window that %s', (_what, windows) => {
  expect(() => answering(...windows).assign(3, 'x')).toThrow('[INVALID_WINDOW] window function "mine"')
})

test.each<[merges: string, answer: WindowMerge[]]>([
  ['one window', [{ parts: [{ start: 0, end: 5 }], result: { start: 0, end: 5 } }]],
  ['none', [{ parts: [], result: { start: 0, end: 5 } }]],
  [
    'a window that is not there',
    [
      {
        parts: [
          { start: 0, end: 5 },
          { start: 9, end: 10 },
        ],
        result: { start: 0, end: 10 },
      },
    ],
  ],
  [
    'a window twice',
    [
      {
        parts: [
          { start: 0, end: 5 },
          { start: 0, end: 5 },
        ],
        result: { start: 0, end: 5 },
      },
    ],
  ],
  [
    'into a smaller window',
    [
      {
        parts: [
          { start: 0, end: 5 },
          { start: 3, end: 8 },
        ],
        result: { start: 0, end: 7 },
      },
    ],
  ],
  [
    'into a wider window',
    [
      {
        parts: [
          { start: 0, end: 5 },
          { start: 3, end: 8 },
        ],
        result: { start: 0, end: 9 },
      },
    ],
  ],
])('refuses to merge %s', (_what, answer) => {
  const windows = customMergingWindows({
    name: 'mine',
    assign: (timestamp) => ({ start: timestamp, end: timestamp + 5 }),
    merge: () => answer,
  })
  const present = [
    { start: 0, end: 5 },
    { start: 3, end: 8 },
  ]
  expect(() => windows.merge(present)).toThrow('[INVALID_WINDOW] window function "mine" merged')
})

test('merges by the rule of the author', () => {
  const visits = customMergingWindows<{ stay: number }>({
    name: 'visits',
    assign: (timestamp, visit) => ({ start: timestamp, end: timestamp + visit.stay }),
    merge: (windows) => mergeOverlapping(windows, 'apart'),
  })
  const present = [visits.assign(0, { stay: 5 }), visits.assign(4, { stay: 9 })]
  expect(visits.merge(present)).toEqual([{ parts: present, result: { start: 0, end: 13 } }])
  expect(() => visits.assign(0, { stay: 0 })).toThrow('{"stay":0}')
})

test.each<[name: string, parameters: unknown, problem: string]>([
  ['', {}, 'the name is ""'],
  ['mine', { at: Number.NaN }, '.at holds NaN'],
  ['mine', { rule: () => 1 }, '.rule holds function'],
  ['mine', { on: new Date(0) }, '.on holds'],
])('refuses the name %j with parameters %j: %s', (name, parameters, problem) => {
  // Values that the types refuse, as an author without types could give them.
  const given = { name, parameters: parameters as JsonObject, assign: () => [] }
  expect(() => customWindows(given)).toThrow(problem)
})
