import { describe, expect, test } from 'vitest'
import { referenceRun } from '../../docs/reference-runner/run.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { filter } from '../../src/transforms/filter.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { atomic, clock, el, end, lines, scores, script, wm } from './scriptedPlan.ts'

const perElement = repeatedly(afterCount(1))

describe('inputs that meet (R117)', () => {
  test('a diamond takes each element’s rows in the order of the ports', () => {
    const input = scores()
    const large = input.pipe(filter((scored) => scored.score > 1))
    const negated = input.pipe(map((scored) => ({ ...scored, score: -scored.score })))
    flatten(negated, large).pipe(map((scored) => scored.score, { name: 'out' }))
    const log = script(el('a', 1, 0), el('a', 2, 0), el('a', 3, 0))
    expect((referenceRun(input.at.graph.plan(), log).rows.out ?? []).map((row) => row.value)).toEqual([
      -1, -2, 2, -3, 3,
    ])
  })

  /** Sums of ten beside the elements themselves, both in windows of ten, each seen at once. */
  const meeting = (() => {
    const keyed = scores().pipe(
      keyBy((scored) => scored.key),
      map((scored) => scored.score),
    )
    const windows = { trigger: perElement, panes: 'accumulating' } as const
    const sums = keyed.pipe(
      windowInto(tumbling(5)),
      combinePerKey(sum(), { name: 'sums' }),
      windowInto(tumbling(10), windows),
    )
    flatten(sums, keyed.pipe(windowInto(tumbling(10), windows))).pipe(combinePerKey(sum(), { name: 'both' }))
    return keyed.at.graph.plan()
  })()
  const elements = [el('a', 1, 3), el('a', 2, 8), el('a', 4, 12)]

  test('a great watermark move does what small ones do, in the same order (R64, P12)', () => {
    const great = lines(referenceRun(meeting, script(...elements, wm(30))), 'both')
    const small = [5, 9, 10, 11, 14, 15, 16, 20, 21, 30].map((to) => wm(to))
    expect(lines(referenceRun(meeting, script(...elements, ...small)), 'both')).toEqual(great)
    expect(great).toEqual([
      'a [0,10) 1@9 EARLY 0/-1 first',
      'a [0,10) 3@9 EARLY 1/-1',
      'a [10,20) 4@19 EARLY 0/-1 first',
      'a [0,10) 4@9 EARLY 2/-1',
      'a [0,10) 6@9 EARLY 3/-1',
      'a [0,10) 6@9 ON_TIME 4/0 last',
      'a [10,20) 8@19 EARLY 1/-1',
      'a [10,20) 8@19 ON_TIME 2/0 last',
    ])
  })
})

describe('a grouping after a grouping (R79)', () => {
  function chained(trigger: ReturnType<typeof afterProcessingTime>) {
    const input = scores()
    input.pipe(
      keyBy((scored) => scored.key),
      map((scored) => scored.score),
      windowInto(tumbling(10), {
        trigger: afterWatermark({ early: trigger, late: afterCount(1) }),
        panes: 'accumulating',
      }),
      combinePerKey(sum(), { name: 'first' }),
      keyBy(() => 'all'),
      combinePerKey(sum(), { name: 'second' }),
    )
    return input.at.graph.plan()
  }

  test('keeps the windows and continues the trigger', () => {
    const log = script(el('a', 1, 3), el('b', 2, 4), clock(5), end)
    expect(lines(referenceRun(chained(afterProcessingTime(5)), log), 'second')).toEqual([
      'all [0,10) 1@9 EARLY 0/-1 first',
      'all [0,10) 3@9 EARLY 1/-1',
      'all [0,10) 4@9 EARLY 2/-1',
      'all [0,10) 6@9 EARLY 3/-1',
      'all [0,10) 6@9 ON_TIME 4/0 last',
    ])
  })

  test('sees what a retracting grouping withdraws: its sum is always that of the live panes', () => {
    const input = scores()
    input.pipe(
      keyBy((scored) => scored.key),
      map((scored) => scored.score),
      windowInto(tumbling(10), { trigger: perElement, panes: 'retracting' }),
      combinePerKey(sum(), { name: 'first' }),
      keyBy(() => 'all'),
      combinePerKey(sum(), { name: 'second' }),
    )
    const log = script(el('a', 1, 3), el('b', 2, 4), el('a', 4, 5))
    const second = referenceRun(input.at.graph.plan(), log).rows.second ?? []
    const live = second.map((_, i) =>
      second.slice(0, i + 1).reduce((total, row) => total + Number(row.value) * (row.retraction ? -1 : 1), 0),
    )
    expect(live.at(-1)).toBe(7)
    expect(second.filter((row) => !row.retraction).map((row) => row.value)).toEqual([1, 3, 2, 7])
  })
})

describe('the clock (R48, R49, D6)', () => {
  const plan = (steps: Parameters<typeof afterProcessingTime>[0]) => {
    const input = scores()
    input.pipe(
      keyBy((scored) => scored.key),
      map((scored) => scored.score),
      windowInto(tumbling(100), { trigger: repeatedly(afterProcessingTime(steps)) }),
      combinePerKey(sum(), { name: 'group' }),
    )
    return input.at.graph.plan()
  }
  const panes = (steps: Parameters<typeof afterProcessingTime>[0], ...log: readonly LogStep[]) =>
    lines(referenceRun(plan(steps), script(...log)))

  test('a deadline is reached at its very millisecond and counted from the first element', () => {
    expect(panes(10, el('a', 1, 0), clock(5), el('a', 2, 0), clock(9))).toEqual([])
    expect(panes(10, el('a', 1, 0), clock(5), el('a', 2, 0), clock(10))).toEqual(['a [0,100) 3@99 EARLY 0/-1 first'])
  })

  test('an alignment rounds up and leaves multiples alone', () => {
    const aligned = [{ kind: 'align', size: 10, offset: 3 }] as const
    expect(panes(aligned, clock(4), el('a', 1, 0), clock(12))).toEqual([])
    expect(panes(aligned, clock(4), el('a', 1, 0), clock(13))).toHaveLength(1)
    expect(panes(aligned, clock(13), el('a', 1, 0))).toHaveLength(1)
  })

  test('one great move stops at every deadline', () => {
    const log = [el('a', 1, 0), clock(4), el('b', 2, 0), clock(100), el('a', 4, 0), clock(200)]
    expect(panes(10, ...log)).toEqual([
      'a [0,100) 1@99 EARLY 0/-1 first',
      'b [0,100) 2@99 EARLY 0/-1 first',
      'a [0,100) 4@99 EARLY 1/-1',
    ])
  })
})

test('an atomic bundle is judged together by its grouping only (D3)', () => {
  const input = scores()
  input.pipe(
    keyBy((scored) => scored.key),
    map((scored) => scored.score),
    windowInto(tumbling(10), { trigger: repeatedly(afterCount(2)), panes: 'accumulating' }),
    combinePerKey(sum(), { name: 'first' }),
    keyBy(() => 'all'),
    combinePerKey(sum(), { name: 'second' }),
  )
  const run = referenceRun(
    input.at.graph.plan(),
    script(atomic(['a', 1, 1], ['b', 2, 2], ['a', 4, 3], ['a', 8, 4], ['b', 1, 5])),
  )
  expect(lines(run, 'first')).toEqual(['a [0,10) 13@9 EARLY 0/-1 first', 'b [0,10) 3@9 EARLY 0/-1 first'])
  expect(lines(run, 'second')).toEqual(['all [0,10) 13@9 EARLY 0/-1 first', 'all [0,10) 16@9 EARLY 1/-1'])
})
