import { describe, expect, test } from 'vitest'
import { referenceRun } from '../../docs/reference-runner/run.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { session } from '../../src/windows/session.ts'
import { clock, el, end, runLines, script, summing, wm } from './scriptedPlan.ts'

const eachElement = afterWatermark({ early: afterCount(1), late: afterCount(1) })

describe('which sessions become one (R14, R15)', () => {
  test('those that overlap; those that touch stay apart', () => {
    expect(runLines(summing(session(10)), el('a', 1, 0), el('a', 2, 9), el('a', 4, 19), end)).toEqual([
      'a [0,19) 3@18 ON_TIME 0/0 first last',
      'a [19,29) 4@28 ON_TIME 0/0 first last',
    ])
  })

  test('those that touch, too, when asked', () => {
    const plan = summing(session(10, { touching: 'merge' }))
    expect(runLines(plan, el('a', 1, 0), el('a', 2, 9), el('a', 4, 19), end)).toEqual([
      'a [0,29) 7@28 ON_TIME 0/0 first last',
    ])
  })

  test('whatever the order of arrival, and per key', () => {
    const log = [el('a', 1, 16), el('b', 8, 8), el('a', 2, 0), el('a', 4, 8), end]
    expect(runLines(summing(session(10)), ...log)).toEqual([
      'b [8,18) 8@17 ON_TIME 0/0 first last',
      'a [0,26) 7@25 ON_TIME 0/0 first last',
    ])
  })

  test('with a gap that each element computes', () => {
    const plan = summing(session((scored: { score: number }) => scored.score))
    expect(runLines(plan, el('a', 4, 0), el('a', 9, 3), el('a', 5, 12), end)).toEqual([
      'a [0,12) 13@11 ON_TIME 0/0 first last',
      'a [12,17) 5@16 ON_TIME 0/0 first last',
    ])
  })
})

describe('panes of merged windows (R62)', () => {
  test('a window that a merge makes starts its panes anew; one that survives goes on', () => {
    const plan = summing(session(10), { trigger: eachElement, panes: 'accumulating' })
    expect(runLines(plan, el('a', 1, 0), el('a', 2, 5), el('a', 4, 3))).toEqual([
      'a [0,10) 1@9 EARLY 0/-1 first',
      'a [0,15) 3@14 EARLY 0/-1 first',
      'a [0,15) 7@14 EARLY 1/-1',
    ])
  })

  test('lineage is the oldest part, revision counts panes and merges, replaces names the windows with panes', () => {
    const plan = summing(session(10), { trigger: eachElement, panes: 'accumulating' })
    const steps = [el('a', 1, 30), el('a', 2, 0), el('a', 4, 15), el('a', 8, 8), el('a', 16, 22)]
    const rows = referenceRun(plan, script(...steps)).rows.group ?? []
    expect(rows.map(({ window, pane }) => [window?.start, window?.end, pane?.merging])).toEqual([
      [30, 40, { lineage: 0, revision: 0, replaces: [] }],
      [0, 10, { lineage: 1, revision: 0, replaces: [] }],
      [15, 25, { lineage: 2, revision: 0, replaces: [] }],
      [
        0,
        25,
        {
          lineage: 1,
          revision: 3,
          replaces: [
            { start: 0, end: 10 },
            { start: 15, end: 25 },
          ],
        },
      ],
      [
        0,
        40,
        {
          lineage: 0,
          revision: 6,
          replaces: [
            { start: 0, end: 25 },
            { start: 30, end: 40 },
          ],
        },
      ],
    ])
  })

  test('retracting: what merged-away windows emitted is withdrawn first, in the step of the merge', () => {
    const plan = summing(session(10), {
      trigger: afterWatermark({ early: repeatedly(afterCount(2)) }),
      panes: 'retracting',
    })
    const log = [el('a', 1, 0), el('a', 2, 1), el('a', 4, 20), el('a', 8, 21), el('a', 16, 10), el('a', 32, 11)]
    expect(runLines(plan, ...log)).toEqual([
      'a [0,11) 3@10 EARLY 0/-1 first',
      'a [20,31) 12@30 EARLY 0/-1 first',
      '-a [0,11) 3@10 EARLY 0/-1 first', // el 10 makes [0,20), which waits for a second element
      '-a [20,31) 12@30 EARLY 0/-1 first', // el 11 makes [0,31)
      'a [0,31) 63@30 EARLY 0/-1 first',
    ])
  })
})

describe('triggers of merged windows (R45, R53)', () => {
  test('counts add up', () => {
    const plan = summing(session(10), { trigger: repeatedly(afterCount(3)) })
    expect(runLines(plan, el('a', 1, 0), el('a', 2, 14), el('a', 4, 7))).toEqual(['a [0,24) 7@23 EARLY 0/-1 first'])
  })

  test('the earliest deadline stays', () => {
    const plan = summing(session(10), { trigger: repeatedly(afterProcessingTime(5)) })
    const log = [el('a', 1, 0), clock(3), el('a', 2, 14), clock(4), el('a', 4, 7), clock(5)]
    expect(runLines(plan, ...log)).toEqual(['a [0,24) 7@23 EARLY 0/-1 first'])
  })

  test('a session that has fired on time and grows past the watermark is early again', () => {
    const plan = summing(session(10), { trigger: eachElement, allowedLateness: 20, panes: 'accumulating' })
    expect(runLines(plan, el('a', 1, 0), wm(12), el('a', 2, 4), wm(14))).toEqual([
      'a [0,10) 1@9 EARLY 0/-1 first',
      'a [0,10) 1@9 ON_TIME 1/0',
      'a [0,14) 3@13 EARLY 0/-1 first',
      'a [0,14) 3@13 ON_TIME 1/0',
    ])
  })

  test('one that grows and stays behind the watermark goes on with its late trigger', () => {
    const plan = summing(session(10), {
      trigger: afterWatermark({ late: repeatedly(afterCount(2)) }),
      allowedLateness: 20,
    })
    expect(runLines(plan, el('a', 1, 0), wm(15), el('a', 2, 1), el('a', 4, 2))).toEqual([
      'a [0,10) 1@9 ON_TIME 0/0 first',
      'a [0,12) 6@11 LATE 0/0 first',
    ])
  })
})
