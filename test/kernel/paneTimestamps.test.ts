import { describe, test } from 'vitest'
import { pane } from '../../src/testing/expectedRow.ts'
import { el, end, wm } from '../../src/testing/steps.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { session } from '../../src/windows/session.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { sums } from './sums.ts'

const at = (...times: readonly number[]) => times.map((time) => el(['a', 1], time))

describe('the timestamp of a pane', () => {
  test('is the last millisecond of its window by default', () => {
    sums(tumbling(10))
      .input(...at(2, 3, 7), end())
      .expect(pane([0, 10], 3, { timestamp: 9 }))
  })

  test('is that of its earliest element, or of its latest, where asked', () => {
    sums(tumbling(10), { timestampCombiner: 'earliest' })
      .input(...at(3, 2, 7), end())
      .expect(pane([0, 10], 3, { timestamp: 2 }))
    sums(tumbling(10), { timestampCombiner: 'latest' })
      .input(...at(3, 7, 2), end())
      .expect(pane([0, 10], 3, { timestamp: 7 }))
  })

  // R34: elements behind the output watermark do not pull the timestamp back.
  test.each([
    [5, [2, 3, 7, 8], 7],
    [8, [2, 3, 7], 9],
  ])('at W = %i the elements %j give %i', (watermark, times, timestamp) => {
    sums(tumbling(10), { timestampCombiner: 'earliest' })
      .input(wm(watermark), ...at(...times), wm(10))
      .expect(wm(timestamp), pane([0, 10], times.length, { timestamp }), wm(10))
  })

  test('counts the elements since the last pane only', () => {
    sums(tumbling(10), { timestampCombiner: 'earliest', trigger: afterWatermark({ early: afterCount(2) }) })
      .input(...at(2, 3, 7, 5, 8), end())
      .expect(
        pane([0, 10], 2, { timestamp: 2 }),
        pane([0, 10], 2, { timestamp: 5 }),
        pane([0, 10], 1, { timestamp: 8, timing: 'ON_TIME' }),
      )
  })

  test('of a late pane is the last of its window, whatever its elements', () => {
    for (const timestampCombiner of ['earliest', 'latest', 'endOfWindow'] as const) {
      sums(tumbling(10), { timestampCombiner, allowedLateness: 10 })
        .input(wm(12), ...at(3))
        .expect(wm(12), pane([0, 10], 1, { timestamp: 9, timing: 'LATE' }))
    }
  })
})

describe('the output watermark', () => {
  test('follows the input where panes are stamped at the end of their window', () => {
    sums(tumbling(10))
      .input(...at(2), wm(8), wm(10))
      .expect(wm(9), pane([0, 10], 1), wm(10))
  })

  test('is held at the earliest element until its pane is out', () => {
    sums(tumbling(10), { timestampCombiner: 'earliest' })
      .input(...at(4, 6), wm(8), wm(9))
      .expect(wm(4))
    sums(tumbling(10), { timestampCombiner: 'earliest' })
      .input(...at(4, 6), wm(8), wm(12))
      .expect(wm(4), pane([0, 10], 2, { timestamp: 4 }), wm(12))
  })

  test('is held by the key that is furthest behind, which does not change the panes of others', () => {
    sums(tumbling(10), { timestampCombiner: 'earliest', trigger: afterWatermark({ early: afterCount(2) }) })
      .input(el(['a', 1], 2), el(['b', 1], 5), el(['b', 1], 7), wm(8), el(['b', 1], 8), el(['b', 1], 9), wm(10))
      .expect(
        pane([0, 10], 2, { key: 'b', timestamp: 5, timing: 'EARLY' }),
        wm(2),
        pane([0, 10], 2, { key: 'b', timestamp: 8, timing: 'EARLY' }),
        pane([0, 10], 1, { key: 'a', timestamp: 2, timing: 'ON_TIME' }),
        pane([0, 10], 0, { key: 'b', timestamp: 9, timing: 'ON_TIME' }),
        wm(10),
      )
  })

  test('is held at the end of a window whose trigger waits beyond it', () => {
    sums(tumbling(10), { trigger: afterWatermark({ late: afterCount(2) }), allowedLateness: 20 })
      .input(...at(3), wm(12), ...at(4), wm(25), ...at(5), wm(40))
      .expect(
        wm(9),
        pane([0, 10], 1, { timing: 'ON_TIME' }),
        wm(25),
        pane([0, 10], 2, { timing: 'LATE', timestamp: 9 }),
        wm(40),
      )
  })

  test('is held by an early session until the merged one is out', () => {
    sums(session(10), { timestampCombiner: 'earliest' })
      .input(...at(3), wm(8), ...at(9), wm(15), wm(19))
      .expect(wm(3), pane([3, 19], 2, { timestamp: 3 }), wm(19))
  })
})
