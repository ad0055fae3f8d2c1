import { describe, test } from 'vitest'
import { pane, row } from '../../src/testing/expectedRow.ts'
import { clock, el, end, wm } from '../../src/testing/steps.ts'
import { type TestInput, verify } from '../../src/testing/verify.ts'
import { combineGlobally } from '../../src/transforms/combineGlobally.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { count } from '../../src/transforms/combiners/count.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { filter } from '../../src/transforms/filter.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { values } from '../../src/transforms/values.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { session } from '../../src/windows/session.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { type Score, summing } from './sums.ts'

describe('a grouping after a grouping (R79)', () => {
  test('groups by the windows that its panes have', () => {
    verify((input: TestInput<Score>) =>
      summing(tumbling(10))(input).pipe(
        keyBy((total) => (total < 5 ? 'low' : 'high')),
        combinePerKey(count()),
      ),
    )
      .input(el(['a', 1], 1), el(['b', 2], 2), el(['c', 7], 3), el(['a', 1], 15), wm(10), end())
      .expect(
        wm(9),
        pane([0, 10], 2, { key: 'low', timing: 'ON_TIME' }),
        pane([0, 10], 1, { key: 'high' }),
        wm(19),
        pane([10, 20], 1, { key: 'low' }),
        wm(8.64e15),
      )
  })

  test('does not merge sessions again', () => {
    verify((input: TestInput<Score>) => summing(session(10))(input).pipe(values(), combineGlobally(toList())))
      .input(el(['a', 1], 0), el(['b', 2], 5), end())
      .expect(pane([0, 10], [1]), pane([5, 15], [2]))
  })

  test('by new windows puts panes where their timestamps are', () => {
    verify((input: TestInput<Score>) =>
      summing(tumbling(10))(input).pipe(windowInto(tumbling(20)), combinePerKey(toList())),
    )
      .input(el(['a', 1], 1), el(['a', 2], 12), el(['a', 4], 21), end())
      .expect(pane([0, 20], [1, 2], { timestamp: 19 }), pane([20, 40], [4]))
  })

  test('gets the late panes of the one before within its lateness', () => {
    verify((input: TestInput<Score>) =>
      summing(tumbling(10), { allowedLateness: 5, panes: 'accumulating' })(input).pipe(
        values(),
        combineGlobally(sum()),
      ),
    )
      .input(el(['a', 1], 1), wm(14), el(['a', 2], 2), wm(15))
      .expect(pane([0, 10], 1, { timing: 'ON_TIME' }), pane([0, 10], 4, { timing: 'LATE' }))
  })

  test('waits for the clock together with the one before (R49, R61)', () => {
    const options = { trigger: afterWatermark({ early: afterProcessingTime(10) }), onTime: 'fireIfNonEmpty' } as const
    verify((input: TestInput<Score>) => summing(tumbling(100), options)(input).pipe(values(), combineGlobally(sum())))
      .input(clock(50), el(['a', 1], 1), clock(55), el(['b', 2], 2), clock(60), clock(65), end())
      .expect(pane([0, 100], 1, { timing: 'EARLY' }), pane([0, 100], 2, { timing: 'EARLY' }))
  })
})

describe('branches that meet again (R117)', () => {
  test('give their rows in the order of the steps, then of the inputs', () => {
    verify((numbers: TestInput<number>) =>
      flatten(numbers.pipe(map((n) => n)), numbers.pipe(map((n) => -n)), numbers.pipe(filter((n) => n === 2))),
    )
      .input(el(1, 1), el(2, 2), wm(5), el(3, 3), end())
      .expect(row(1), row(-1), row(2), row(-2), row(2), wm(5), row(3), row(-3), wm(8.64e15))
  })

  test('see panes where their watermark stood between the elements', () => {
    verify((numbers: TestInput<number>) => {
      const windowed = numbers.pipe(windowInto(tumbling(10)))
      const totals = windowed.pipe(combineGlobally(sum()), windowInto(tumbling(10)))
      return flatten(windowed.pipe(map((n) => `saw ${n}`)), totals.pipe(map((n) => `sum ${n}`)))
    })
      .input(el(1, 1), wm(10), el(2, 12), el(3, 11), end())
      .expect(row('saw 1'), row('sum 1'), row('saw 2'), row('saw 3'), row('sum 5'))
  })
})
