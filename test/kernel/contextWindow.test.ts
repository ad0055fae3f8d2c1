import { describe, expect, test } from 'vitest'
import type { Window } from '../../src/core/window.ts'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import { el, end } from '../../src/testing/steps.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { customMergingWindows } from '../../src/windows/customMergingWindows.ts'
import { customWindows } from '../../src/windows/customWindows.ts'
import { mergeOverlapping } from '../../src/windows/mergeOverlapping.ts'
import { session } from '../../src/windows/session.ts'
import { sliding } from '../../src/windows/sliding.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { scores } from './sums.ts'

const byScore = customWindows<number>({
  name: 'by-score',
  assign: (timestamp, score) => [
    { start: timestamp, end: timestamp + score },
    { start: timestamp, end: timestamp + 2 * score },
  ],
})
const asLongAsScore = customMergingWindows<number>({
  name: 'as-long-as-score',
  assign: (timestamp, score) => ({ start: timestamp, end: timestamp + score }),
  merge: (present) => mergeOverlapping(present, 'apart'),
})

describe.each([
  ['tumbling', tumbling(10), ['0-10 1']],
  ['sliding', sliding(10, 5), ['-5-5 1', '0-10 1']],
  ['session', session(10), ['3-13 1']],
  ['custom', byScore, ['3-8 1', '3-13 1']],
  ['custom merging', asLongAsScore, ['3-8 1']],
] as const)('between windowInto and the grouping: %s windows', (_kind, windowFn, panes) => {
  test.each([true, false])('a step runs once per element and sees no window (fused: %s)', (mayFuse) => {
    const seen: (Window | undefined)[] = []
    const p = pipeline('test')
    scores<number>(p).pipe(
      keyBy(() => 'k'),
      windowInto(windowFn as typeof byScore),
      map((_score: number, { window }) => {
        seen.push(window)
        return 1
      }),
      combinePerKey(count(), { name: 'counted' }),
    )
    const { rows } = runStepLog(p.plan(), { startAt: 0, steps: [el(5, 3), end()] }, { mayFuse })
    expect(seen).toEqual([undefined])
    expect(rows.counted?.map(({ window, value }) => `${window?.start}-${window?.end} ${value}`)).toEqual(panes)
  })
})

test.each([true, false])('a pane shows its window until it is windowed anew (fused: %s)', (mayFuse) => {
  const seen: string[] = []
  const note =
    (place: string) =>
    (value: number, { window }: { readonly window: Window | undefined }): number => {
      seen.push(`${place} ${window?.start}`)
      return value
    }
  const p = pipeline('test')
  scores<number>(p).pipe(
    keyBy(() => 'k'),
    windowInto(tumbling(10)),
    combinePerKey(sum()),
    map(note('pane')),
    windowInto(tumbling(100)),
    map(note('windowed anew')),
    combinePerKey(sum()),
    map(note('second pane')),
  )
  runStepLog(p.plan(), { startAt: 0, steps: [el(5, 13), end()] }, { mayFuse })
  expect(seen).toEqual(['pane 10', 'windowed anew undefined', 'second pane 0'])
})
