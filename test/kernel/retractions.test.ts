import { describe, expect, test } from 'vitest'
import { pane, row, withdrawal } from '../../src/testing/expectedRow.ts'
import { finalValues } from '../../src/testing/paneViews.ts'
import { runScript } from '../../src/testing/runScript.ts'
import { script } from '../../src/testing/script.ts'
import { el, end, wm } from '../../src/testing/steps.ts'
import { type TestInput, verify } from '../../src/testing/verify.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { max } from '../../src/transforms/combiners/max.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { filter } from '../../src/transforms/filter.ts'
import { map } from '../../src/transforms/map.ts'
import { values } from '../../src/transforms/values.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { session } from '../../src/windows/session.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { type Score, scores, summing, sums } from './sums.ts'

const trigger = afterWatermark({ early: afterCount(1), late: afterCount(1) })

test('a withdrawal carries value, window, timestamp and pane of what it withdraws', () => {
  const first = pane([0, 10], 1, { key: 'a', timestamp: 3, timing: 'EARLY', index: 0, isFirst: true })
  const second = pane([0, 10], 3, { key: 'a', timestamp: 7, timing: 'EARLY', index: 1 })
  sums(tumbling(10), { trigger, panes: 'retracting', timestampCombiner: 'latest', onTime: 'fireIfNonEmpty' })
    .input(el(['a', 1], 3), el(['a', 2], 7))
    .expect(first, withdrawal(first), second)
})

test('an equal value is withdrawn and sent again: the simpler law', () => {
  const first = pane([0, 10], 5, { timing: 'EARLY' })
  sums(tumbling(10), { trigger, panes: 'retracting' })
    .input(el(['a', 5], 3), end())
    .expect(first, withdrawal(first), pane([0, 10], 5, { timing: 'ON_TIME' }))
})

describe('when windows merge', () => {
  test('what each merged-away window said is withdrawn before anything else of the step', () => {
    const left = pane([0, 10], 1, { timing: 'EARLY', index: 0 })
    const right = pane([15, 25], 2, { timing: 'EARLY', index: 0 })
    sums(session(10), { trigger, panes: 'retracting' })
      .input(el(['a', 1], 0), el(['a', 2], 15), el(['a', 4], 8))
      .expect(left, right, withdrawal(left), withdrawal(right), pane([0, 25], 7, { timing: 'EARLY', index: 0 }))
  })

  test('a window that lives on withdraws once, with its next pane', () => {
    const left = pane([0, 25], 3, { timing: 'EARLY', index: 0 })
    sums(
      session((n: number) => (n === 3 ? 25 : 5)),
      { trigger, panes: 'retracting' },
    )
      .input(el(['a', 3], 0), el(['a', 1], 4))
      .expect(left, withdrawal(left), pane([0, 25], 4, { index: 1 }))
  })

  test('a window that has said nothing has nothing to withdraw', () => {
    sums(session(10), { panes: 'retracting' })
      .input(el(['a', 1], 0), el(['a', 2], 5), end())
      .expect(pane([0, 15], 3))
  })
})

describe('withdrawals downstream', () => {
  const options = {
    trigger: afterWatermark({ late: afterCount(1) }),
    panes: 'retracting',
    allowedLateness: 10,
  } as const
  const input = [el(['a', 1], 3), el(['b', 5], 4), wm(10), el(['a', 2], 5), end()] as const

  test('pass through steps that see each row alone', () => {
    verify((input: TestInput<Score>) =>
      summing(
        tumbling(10),
        options,
      )(input).pipe(
        filter((n) => n < 5),
        map((n) => n * 10),
      ),
    )
      .input(...input)
      .expect(row(10, { key: 'a' }), withdrawal(row(10, { key: 'a' })), row(30, { key: 'a', timing: 'LATE' }))
  })

  test('are taken back from the next grouping, which withdraws in turn', () => {
    verify((input: TestInput<Score>) =>
      summing(tumbling(10), options)(input).pipe(values(), combineGlobally(sum(), { name: 'total' })),
    )
      .input(...input)
      .expect(
        pane([0, 10], 6, { timing: 'ON_TIME' }),
        withdrawal(row(6)),
        pane([0, 10], 5, { timing: 'LATE' }),
        withdrawal(row(5)),
        pane([0, 10], 8, { timing: 'LATE' }),
      )
  })

  test('are taken back from combiners that cannot subtract', () => {
    const build = (input: TestInput<Score>) =>
      summing(
        tumbling(10),
        options,
      )(input).pipe(
        values(),
        windowInto(tumbling(10), { ...options, panes: 'accumulating' }),
        combineGlobally(max(), { name: 'highest' }),
      )
    const steps = script()
      .elements([['a', 1], 3], [['b', 5], 4])
      .watermark(10)
      .element(['b', -4], 5)
      .end()
    const input = scores()
    const highest = build(input)
    const log = runScript(input.at.graph.plan(), steps)
    expect(finalValues(log, highest)).toEqual([{ key: undefined, window: { start: 0, end: 10 }, value: 1 }])
  })
})
