import { describe, expect, test } from 'vitest'
import { customWatermark } from '../../src/io/watermarks/customWatermark.ts'
import { pane, row } from '../../src/testing/expectedRow.ts'
import { expectPanes } from '../../src/testing/expectRows.ts'
import { runScript } from '../../src/testing/runScript.ts'
import { script } from '../../src/testing/script.ts'
import { active, el, end, idle, wm } from '../../src/testing/steps.ts'
import { type TestInput, verify } from '../../src/testing/verify.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { map } from '../../src/transforms/map.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { withTimestamps } from '../../src/transforms/withTimestamps.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { scores } from './sums.ts'

const b = { split: 'b' }

describe('the watermark of several splits', () => {
  test('is that of the lowest', () => {
    verify(tumbling(10))
      .input(active(b), el('x', 3), wm(15), wm(8, b), el('y', 9, b), wm(11, b))
      .expect(wm(9), pane([0, 10], ['x', 'y']), wm(11))
  })

  test('does not wait for a split that is idle', () => {
    verify(tumbling(10))
      .input(active(b), el('x', 3), wm(15), idle(b))
      .expect(wm(9), pane([0, 10], ['x']), wm(15))
  })

  test('stays where it is when all are idle', () => {
    verify(tumbling(10)).input(active(b), el('x', 3), wm(5), wm(8, b), idle(), idle(b)).expect(wm(8))
  })

  test('does not fall when a split comes back, which rejoins once it has caught up', () => {
    verify(tumbling(10))
      .input(
        active(b),
        wm(4, b),
        idle(b),
        wm(15),
        el('late', 3, b),
        el('kept', 12, b),
        wm(16),
        wm(10, b),
        wm(17),
        wm(18, b),
        wm(25),
        el('x', 19, b),
        wm(21, b),
      )
      .expect(wm(19), pane([10, 20], ['kept', 'x']), wm(21))
      .expectLate(row({ element: 'late', window: { start: 0, end: 10 }, reason: 'late' }))
  })

  test('ignores what an idle split says of it', () => {
    verify(tumbling(10)).input(active(b), idle(b), wm(100, b), el('x', 3), wm(5), active(b), wm(9)).expect(wm(9))
  })

  test('hears nothing of idle splits when the others end', () => {
    const last = 8.64e15
    verify(tumbling(10))
      .input(active(b), el('x', 3), wm(5), wm(5, b), idle(b), wm(last), active(b), el('y', 7, b), wm(9, b))
      .expect(wm(9))
  })

  test('ends with the last of them', () => {
    verify(tumbling(10))
      .input(active(b), idle(b), el('x', 3), end())
      .expect(wm(9), pane([0, 10], ['x']), wm(8.64e15))
  })
})

describe('the watermark of several reads', () => {
  function merged() {
    const p = pipeline('two reads')
    const both = flatten(scores<string>(p, 'left'), scores<string>(p, 'right'))
    both.pipe(windowInto(tumbling(10)), combineGlobally(toList(), { name: 'lists' }))
    return p.plan()
  }
  const left = { read: 'left' }
  const right = { read: 'right' }

  test('is that of the lowest, and an end counts as the end of time', () => {
    const steps = script()
      .element('x', 3, left)
      .watermark(20, left)
      .element('y', 4, right)
      .watermark(8, right)
      .watermark(12, right)
      .element('z', 15, right)
      .watermark(8.64e15, left)
    expectPanes(runScript(merged(), steps), 'lists').toEqual([pane([0, 10], ['x', 'y'])])
    expectPanes(runScript(merged(), steps.watermark(20, right)), 'lists').toEqual([
      pane([0, 10], ['x', 'y']),
      pane([10, 20], ['z']),
    ])
  })

  test('does not wait for a read that is idle as a whole', () => {
    const steps = script().element('x', 3, left).watermark(20, left).idle(right)
    expectPanes(runScript(merged(), steps), 'lists').toEqual([pane([0, 10], ['x'])])
  })
})

test('at how many values on the way the watermark stops changes no pane (R64)', () => {
  const twice = (numbers: TestInput<number>) =>
    numbers.pipe(windowInto(tumbling(5)), combineGlobally(count()), windowInto(tumbling(10)), combineGlobally(toList()))
  const panes = [pane([0, 10], [2, 1], { timing: 'ON_TIME', timestamp: 9 }), pane([10, 20], [1])]
  const elements = [el(1, 1), el(2, 3), el(3, 7), el(4, 12)]
  verify(twice)
    .input(...elements, end())
    .expect(...panes)
  const everyMillisecond = Array.from({ length: 25 }, (_, to) => wm(to))
  verify(twice)
    .input(...elements, ...everyMillisecond)
    .expect(...panes)
})

describe('new timestamps (D15)', () => {
  test('move elements forward, under the watermark of the input', () => {
    verify((texts: TestInput<string>) =>
      texts.pipe(
        withTimestamps((_text, { timestamp }) => timestamp + 10),
        windowInto(tumbling(10)),
        combineGlobally(toList()),
      ),
    )
      .input(el('x', 3), el('y', 12), wm(20), end())
      .expect(wm(19), pane([10, 20], ['x']), wm(29), pane([20, 30], ['y']), wm(8.64e15))
  })

  test('may go back under a watermark of their own, which replaces that of the input', () => {
    const trailing = customWatermark<number>({
      name: 'trailing',
      create: () => ({ onElement: (timestamp) => timestamp - 5, save: () => null }),
    })
    verify((numbers: TestInput<number>) =>
      numbers.pipe(
        withTimestamps((n) => n, { watermark: trailing }),
        windowInto(tumbling(10)),
        combineGlobally(toList()),
      ),
    )
      .input(el(3, 100), wm(500), el(9, 600), el(14, 601), el(8, 602), el(16, 603), end())
      .expect(wm(9), pane([0, 10], [3, 8, 9]), wm(19), pane([10, 20], [14, 16]), wm(8.64e15))
  })

  test('may not go back without one', () => {
    const back = scores<number>().pipe(
      map((n) => n),
      withTimestamps((_n, { timestamp }) => timestamp - 1, { name: 'earlier' }),
    )
    expect(() => runScript(back.at.graph.plan(), script().element(7, 3))).toThrow(
      '[TIMESTAMP_REGRESSED] step "earlier": element 7 at 1970-01-01T00:00:00.003Z was given the earlier timestamp 1970-01-01T00:00:00.002Z',
    )
  })
})
