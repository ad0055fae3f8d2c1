import { describe, test } from 'vitest'
import type { DropReason } from '../../src/core/bundle.ts'
import { type Bounds, type ExpectedRow, pane, row } from '../../src/testing/expectedRow.ts'
import { el, end, wm } from '../../src/testing/steps.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { never } from '../../src/triggers/never.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { session } from '../../src/windows/session.ts'
import { sliding } from '../../src/windows/sliding.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { sums } from './sums.ts'

const onTime = { timing: 'ON_TIME' } as const
const late = { timing: 'LATE' } as const

/** A row of a late output: a score that was dropped. */
function dropped(element: number, [start, end]: Bounds, reason: DropReason, timestamp: number): ExpectedRow {
  return row({ element, window: { start, end }, reason }, { key: 'a', timestamp })
}

describe('an element behind the watermark', () => {
  test('is late from the first millisecond after its window, and dropped from the first after its lateness', () => {
    sums(tumbling(10), { allowedLateness: 5 })
      .input(
        el(['a', 1], 1),
        wm(9),
        el(['a', 2], 2),
        wm(10),
        el(['a', 4], 3),
        wm(14),
        el(['a', 8], 4),
        wm(15),
        el(['a', 16], 5),
        end(),
      )
      .expect(pane([0, 10], 3, onTime), pane([0, 10], 4, late), pane([0, 10], 8, late))
      .expectLate(dropped(16, [0, 10], 'late', 5))
  })

  test('makes a pane of its own where the key had none', () => {
    sums(tumbling(10), { allowedLateness: 5 })
      .input(wm(12), el(['a', 1], 3), el(['a', 2], 4), end())
      .expect(
        pane([0, 10], 1, { ...late, index: 0, nonSpeculativeIndex: 0, isFirst: true }),
        pane([0, 10], 2, { ...late, index: 1, nonSpeculativeIndex: 1, isFirst: false }),
      )
  })

  test('may lose some of its sliding windows only', () => {
    sums(sliding(10, 5))
      .input(wm(10), el(['a', 1], 7), end())
      .expect(pane([5, 15], 1, onTime))
      .expectLate(dropped(1, [0, 10], 'late', 7))
  })

  test('waits for others behind a late trigger of counts, once its window had its pane', () => {
    sums(tumbling(10), { allowedLateness: 20, trigger: afterWatermark({ late: afterCount(2) }) })
      .input(wm(10), el(['a', 1], 1), el(['a', 2], 2), el(['a', 4], 3), wm(30))
      .expect(pane([0, 10], 1, late), pane([0, 10], 6, { ...late, isLast: false }))
  })
})

describe('late sessions', () => {
  const input = [el(['a', 1], 0), el(['a', 2], 8), wm(12), el(['a', 4], 1), end()] as const

  test('an element whose own window is over is dropped, although a session of its key is open', () => {
    sums(session(10))
      .input(...input)
      .expect(pane([0, 18], 3, onTime))
      .expectLate(dropped(4, [1, 11], 'late', 1))
  })

  test('lateMerge judges the merged window instead', () => {
    sums(session(10), { lateMerge: true })
      .input(...input)
      .expect(pane([0, 18], 7, onTime))
      .expectLate()
  })

  test('an element within its lateness revives a session that had its pane', () => {
    sums(session(10), { allowedLateness: 20, panes: 'accumulating' })
      .input(el(['a', 1], 0), wm(12), el(['a', 2], 5), end())
      .expect(pane([0, 10], 1, onTime), pane([0, 15], 3, { index: 0 }))
  })
})

describe('a trigger that has finished', () => {
  test('closes its window: further elements are dropped as closed', () => {
    sums(tumbling(10), { trigger: afterCount(2), unsafeTrigger: 'allow' })
      .input(el(['a', 1], 1), el(['a', 2], 2), el(['a', 4], 3), el(['a', 8], 13), end())
      .expect(pane([0, 10], 3, { timing: 'EARLY', isLast: true }), pane([10, 20], 8, { ...onTime, isLast: true }))
      .expectLate(dropped(4, [0, 10], 'closed', 3))
  })

  test('counts what comes after the expiry as late, not as closed', () => {
    sums(tumbling(10), { trigger: afterCount(1), unsafeTrigger: 'allow' })
      .input(el(['a', 1], 1), wm(10), el(['a', 2], 2), end())
      .expect(pane([0, 10], 1, { isLast: true }))
      .expectLate(dropped(2, [0, 10], 'late', 2))
  })
})

describe('the on-time pane of a window without new elements', () => {
  const trigger = afterWatermark({ early: afterCount(1) })
  const input = [el(['a', 1], 1), end()] as const
  const early = pane([0, 10], 1, { timing: 'EARLY' })

  test('repeats what was accumulated, or is the empty sum, by default', () => {
    sums(tumbling(10), { trigger, panes: 'accumulating' })
      .input(...input)
      .expect(early, pane([0, 10], 1, { ...onTime, index: 1, isLast: true }))
    sums(tumbling(10), { trigger })
      .input(...input)
      .expect(early, pane([0, 10], 0, { ...onTime, index: 1, isLast: true }))
  })

  test('is left out on request, and takes no index', () => {
    sums(tumbling(10), { trigger, onTime: 'fireIfNonEmpty' })
      .input(...input)
      .expect(early)
    const lateToo = afterWatermark({ early: afterCount(1), late: afterCount(1) })
    sums(tumbling(10), { trigger: lateToo, onTime: 'fireIfNonEmpty', allowedLateness: 5 })
      .input(el(['a', 1], 1), wm(12), el(['a', 2], 2), end())
      .expect(early, pane([0, 10], 2, { ...late, index: 1 }))
  })

  test('is none for a key that never came', () => {
    sums(tumbling(10))
      .input(el(['a', 1], 11), end())
      .expect(pane([10, 20], 1))
  })
})

describe('the last pane of a window', () => {
  test('comes at its expiry, when something is left', () => {
    sums(tumbling(10), { trigger: repeatedly(afterCount(2)), allowedLateness: 5 })
      .input(el(['a', 1], 1), el(['a', 2], 2), el(['a', 4], 3), wm(14), wm(15))
      .expect(pane([0, 10], 3, { timing: 'EARLY' }), pane([0, 10], 4, { ...onTime, isLast: true }))
  })

  test('is left out when nothing is left, or sent all the same on request', () => {
    const input = [el(['a', 1], 1), wm(15)] as const
    sums(tumbling(10), { allowedLateness: 5 })
      .input(...input)
      .expect(pane([0, 10], 1, { ...onTime, isLast: false }))
    sums(tumbling(10), { allowedLateness: 5, closing: 'fireAlways' })
      .input(...input)
      .expect(pane([0, 10], 1, { ...onTime, isLast: false }), pane([0, 10], 0, { ...late, isLast: true }))
  })

  test('is the on-time pane where no lateness is allowed', () => {
    sums(tumbling(10), { closing: 'fireAlways' })
      .input(el(['a', 1], 1), wm(10))
      .expect(pane([0, 10], 1, { ...onTime, isLast: true }))
  })

  test('stays apart from the on-time pane when the watermark jumps over both (D14)', () => {
    sums(tumbling(10), { allowedLateness: 5, closing: 'fireAlways', panes: 'accumulating' })
      .input(el(['a', 1], 1), wm(1000))
      .expect(pane([0, 10], 1, { ...onTime, isLast: false }), pane([0, 10], 1, { ...late, isLast: true }))
  })

  test('is the only one of a trigger that never fires', () => {
    sums(tumbling(10), { trigger: never(), allowedLateness: 5 })
      .input(el(['a', 1], 1), el(['a', 2], 2), wm(14), wm(15))
      .expect(wm(9), pane([0, 10], 3, { ...onTime, timestamp: 9, isFirst: true, isLast: true }), wm(15))
  })
})
