import { describe, expect, test } from 'vitest'
import { referenceRun } from '../../docs/reference-runner/run.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { never } from '../../src/triggers/never.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { atomic, el, end, lines, runLines, script, summing, wm } from './scriptedPlan.ts'

const pairs = repeatedly(afterCount(2))

describe('the timestamp of a pane (R31-R34)', () => {
  const earliest = summing(tumbling(10), { timestampCombiner: 'earliest' })

  test('elements behind the output watermark do not pull it back', () => {
    expect(runLines(earliest, wm(5), el('a', 1, 2), el('a', 1, 3), el('a', 1, 7), el('a', 1, 8), end)).toEqual([
      'a [0,10) 4@7 ON_TIME 0/0 first last',
    ])
  })

  test('it is the end of the window when every element is behind', () => {
    expect(runLines(earliest, wm(8), el('a', 1, 2), el('a', 1, 3), el('a', 1, 7), end)).toEqual([
      'a [0,10) 3@9 ON_TIME 0/0 first last',
    ])
  })

  test('a hold lets later elements of the cell be as early as itself, and no earlier', () => {
    expect(runLines(earliest, el('a', 1, 4), wm(6), el('a', 1, 5), el('a', 1, 3), end)).toEqual([
      'a [0,10) 3@4 ON_TIME 0/0 first last',
    ])
  })

  test("one key's hold does not decide another key's timestamp", () => {
    expect(runLines(earliest, el('a', 1, 4), wm(6), el('b', 1, 5), end)).toEqual([
      'a [0,10) 1@4 ON_TIME 0/0 first last',
      'b [0,10) 1@9 ON_TIME 0/0 first last',
    ])
  })

  test('latest takes the last element since the last firing', () => {
    const plan = summing(tumbling(10), { timestampCombiner: 'latest', trigger: pairs })
    expect(runLines(plan, el('a', 1, 6), el('a', 1, 2), el('a', 1, 3), end)).toEqual([
      'a [0,10) 2@6 EARLY 0/-1 first',
      'a [0,10) 1@3 ON_TIME 1/0 last',
    ])
  })
})

describe('the end of a window and its expiry (R66, D14)', () => {
  test('are one moment without allowed lateness: one pane, on time and last', () => {
    expect(runLines(summing(tumbling(10)), el('a', 1, 3), wm(100))).toEqual(['a [0,10) 1@9 ON_TIME 0/0 first last'])
  })

  test('are two moments with it, also when the watermark jumps over both: the on-time pane is not last', () => {
    expect(runLines(summing(tumbling(10), { allowedLateness: 5 }), el('a', 1, 3), wm(100))).toEqual([
      'a [0,10) 1@9 ON_TIME 0/0 first',
    ])
  })

  test('an empty last pane comes only if closing always fires', () => {
    const plan = summing(tumbling(10), { allowedLateness: 5, closing: 'fireAlways', panes: 'accumulating' })
    expect(runLines(plan, el('a', 1, 3), wm(100))).toEqual([
      'a [0,10) 1@9 ON_TIME 0/0 first',
      'a [0,10) 1@9 LATE 1/1 last',
    ])
  })

  test('expiry flushes what a trigger that never fires has kept', () => {
    const plan = summing(tumbling(10), { allowedLateness: 5, trigger: never() })
    expect(runLines(plan, el('a', 1, 3), wm(14), el('a', 2, 4), wm(15))).toEqual([
      'a [0,10) 3@9 ON_TIME 0/0 first last',
    ])
  })

  test('expiry flushes elements that came only after the end as a late pane', () => {
    const plan = summing(tumbling(10), { allowedLateness: 5, trigger: never() })
    expect(runLines(plan, wm(12), el('a', 1, 3), wm(16))).toEqual(['a [0,10) 1@9 LATE 0/0 first last'])
  })
})

describe('empty panes (R68, D8)', () => {
  test('the on-time pane is emitted without new elements, with the empty aggregate when discarding', () => {
    expect(runLines(summing(tumbling(10), { trigger: pairs }), el('a', 1, 3), el('a', 2, 4), wm(10))).toEqual([
      'a [0,10) 3@9 EARLY 0/-1 first',
      'a [0,10) 0@9 ON_TIME 1/0 last',
    ])
  })

  test('it repeats the value when accumulating', () => {
    const plan = summing(tumbling(10), { trigger: pairs, panes: 'accumulating' })
    expect(runLines(plan, el('a', 1, 3), el('a', 2, 4), wm(10)).at(-1)).toBe('a [0,10) 3@9 ON_TIME 1/0 last')
  })

  test('a pane that is not wanted takes no index', () => {
    const plan = summing(tumbling(10), {
      trigger: afterWatermark({ early: pairs, late: afterCount(1) }),
      allowedLateness: 5,
      onTime: 'fireIfNonEmpty',
    })
    expect(runLines(plan, el('a', 1, 3), el('a', 2, 4), wm(12), el('a', 4, 5))).toEqual([
      'a [0,10) 3@9 EARLY 0/-1 first',
      'a [0,10) 4@9 LATE 1/0',
    ])
  })
})

describe('timing and indexes (R67, R69)', () => {
  test('early panes, one on-time pane, late panes', () => {
    const plan = summing(tumbling(10), {
      trigger: afterWatermark({ early: afterCount(1), late: afterCount(2) }),
      allowedLateness: 5,
      panes: 'accumulating',
    })
    const steps = [el('a', 1, 1), el('a', 2, 2), wm(10), el('a', 4, 3), el('a', 8, 4), el('a', 16, 5), wm(16)]
    expect(runLines(plan, ...steps)).toEqual([
      'a [0,10) 1@9 EARLY 0/-1 first',
      'a [0,10) 3@9 EARLY 1/-1',
      'a [0,10) 3@9 ON_TIME 2/0',
      'a [0,10) 15@9 LATE 3/1',
      'a [0,10) 31@9 LATE 4/2 last',
    ])
  })
})

describe('accumulation (R74)', () => {
  const steps = [el('a', 1, 1), el('a', 2, 2), wm(10), el('a', 4, 3), wm(16)]
  const options = { trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }), allowedLateness: 5 }

  test('discarding panes hold what came since the last', () => {
    expect(runLines(summing(tumbling(10), { ...options, onTime: 'fireIfNonEmpty' }), ...steps)).toEqual([
      'a [0,10) 1@9 EARLY 0/-1 first',
      'a [0,10) 2@9 EARLY 1/-1',
      'a [0,10) 4@9 LATE 2/0',
    ])
  })

  test('retracting panes withdraw the last one first, also when nothing changed', () => {
    expect(runLines(summing(tumbling(10), { ...options, panes: 'retracting' }), ...steps)).toEqual([
      'a [0,10) 1@9 EARLY 0/-1 first',
      '-a [0,10) 1@9 EARLY 0/-1 first',
      'a [0,10) 3@9 EARLY 1/-1',
      '-a [0,10) 3@9 EARLY 1/-1',
      'a [0,10) 3@9 ON_TIME 2/0',
      '-a [0,10) 3@9 ON_TIME 2/0',
      'a [0,10) 7@9 LATE 3/1',
    ])
  })
})

describe('when triggers are asked (R63, D3)', () => {
  test('after each element', () => {
    expect(runLines(summing(tumbling(10), { trigger: pairs }), el('a', 1, 1), el('a', 2, 2), el('a', 4, 3))).toEqual([
      'a [0,10) 3@9 EARLY 0/-1 first',
    ])
  })

  test('once after an atomic bundle, in the order of D9', () => {
    const plan = summing(tumbling(10), { trigger: pairs })
    const bundle = atomic(['b', 1, 11], ['b', 1, 12], ['a', 1, 1], ['a', 2, 2], ['a', 4, 3])
    expect(runLines(plan, bundle)).toEqual(['a [0,10) 7@9 EARLY 0/-1 first', 'b [10,20) 2@19 EARLY 0/-1 first'])
  })
})

test('the counters balance at any moment (R116)', () => {
  const plan = summing(tumbling(10), { allowedLateness: 5, trigger: pairs })
  const steps = [
    el('a', 1, 3),
    el('a', 1, 4),
    el('b', 1, 5),
    wm(12),
    el('b', 1, 6),
    el('c', 1, 7),
    wm(16),
    el('a', 1, 8),
  ]
  const counts = steps.map((_, i) => referenceRun(plan, script(...steps.slice(0, i + 1))).groups[0])
  expect(counts.map((count) => count && [count.assigned, count.emitted, count.dropped.late, count.buffered])).toEqual([
    [1, 0, 0, 1],
    [2, 2, 0, 0],
    [3, 2, 0, 1],
    [3, 2, 0, 1],
    [4, 4, 0, 0],
    [5, 4, 0, 1],
    [5, 5, 0, 0],
    [6, 5, 1, 0],
  ])
  expect(counts.at(-1)).toMatchObject({ lateAccepted: 2, openWindows: 0, panes: { early: 1, onTime: 1, late: 1 } })
  expect(lines(referenceRun(plan, script(...steps)), 'group:late')).toEqual([
    'a [0,10) {"element":{"key":"a","score":1},"window":{"start":0,"end":10},"reason":"late"}@8',
  ])
})
