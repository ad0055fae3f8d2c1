import { describe, test } from 'vitest'
import { pane } from '../../src/testing/expectedRow.ts'
import { atomic, clock, el, end, wm } from '../../src/testing/steps.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { session } from '../../src/windows/session.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { sums } from './sums.ts'

const early = { timing: 'EARLY' } as const
const onTime = { timing: 'ON_TIME' } as const

describe('a deadline of processing time', () => {
  test('counts from the first element since the last pane, and fires when it is reached', () => {
    sums(tumbling(10), { trigger: afterWatermark({ early: afterProcessingTime(20) }), onTime: 'fireIfNonEmpty' })
      .input(clock(100), el(['a', 1], 1), clock(110), el(['a', 2], 2), clock(119))
      .expect()
    sums(tumbling(10), { trigger: afterWatermark({ early: afterProcessingTime(20) }), onTime: 'fireIfNonEmpty' })
      .input(
        clock(100),
        el(['a', 1], 1),
        clock(110),
        el(['a', 2], 2),
        clock(120),
        el(['a', 4], 3),
        clock(139),
        clock(140),
      )
      .expect(pane([0, 10], 3, early), pane([0, 10], 4, early))
  })

  test('is rounded up to a multiple where asked', () => {
    sums(tumbling(10), { trigger: afterWatermark({ early: afterProcessingTime(5, { align: 10 }) }) })
      .input(clock(3), el(['a', 1], 1), clock(9), clock(10), clock(15), el(['a', 2], 2), clock(19), clock(20), end())
      .expect(pane([0, 10], 1, early), pane([0, 10], 2, early), pane([0, 10], 0, onTime))
  })

  test('fires in its turn when the clock jumps over several', () => {
    sums(tumbling(10), { trigger: afterWatermark({ early: afterProcessingTime(20) }), onTime: 'fireIfNonEmpty' })
      .input(clock(5), el(['b', 2], 12), clock(7), el(['a', 1], 1), clock(1000))
      .expect(pane([10, 20], 2, { key: 'b', ...early }), pane([0, 10], 1, { key: 'a', ...early }))
  })

  test('is forgotten with its window', () => {
    sums(tumbling(10), { trigger: afterWatermark({ early: afterProcessingTime(20) }) })
      .input(el(['a', 1], 1), wm(10), clock(20))
      .expect(pane([0, 10], 1, onTime))
  })

  test('of late elements starts with the first of them', () => {
    sums(tumbling(10), { trigger: afterWatermark({ late: afterProcessingTime(20) }), allowedLateness: 10 })
      .input(el(['a', 1], 1), wm(10), clock(30), el(['a', 2], 2), clock(40), el(['a', 4], 3), clock(49), clock(50))
      .expect(pane([0, 10], 1, onTime), pane([0, 10], 6, { timing: 'LATE' }))
  })

  test('of merged windows is the earliest', () => {
    sums(session(10), { trigger: afterWatermark({ early: afterProcessingTime(20) }), onTime: 'fireIfNonEmpty' })
      .input(clock(100), el(['a', 1], 1), clock(110), el(['a', 2], 15), clock(115), el(['a', 4], 8), clock(120))
      .expect(pane([1, 25], 7, early))
  })
})

describe('an atomic bundle (D3)', () => {
  const trigger = repeatedly(afterCount(2))

  test('asks the trigger once, after all its elements', () => {
    sums(tumbling(10), { trigger })
      .input(
        atomic([
          [['a', 1], 1],
          [['a', 2], 2],
          [['a', 4], 3],
        ]),
      )
      .expect(pane([0, 10], 7, early))
  })

  test('of elements one by one would ask after each', () => {
    sums(tumbling(10), { trigger })
      .input(el(['a', 1], 1), el(['a', 2], 2), el(['a', 4], 3), el(['a', 8], 4))
      .expect(pane([0, 10], 3, early), pane([0, 10], 12, early))
  })

  test('fires its windows in the order of their ends', () => {
    sums(tumbling(10), { trigger })
      .input(
        atomic([
          [['a', 1], 15],
          [['a', 2], 1],
          [['a', 4], 16],
          [['a', 8], 2],
          [['b', 16], 3],
        ]),
      )
      .expect(pane([0, 10], 10, { key: 'a' }), pane([10, 20], 5, { key: 'a' }))
  })
})
