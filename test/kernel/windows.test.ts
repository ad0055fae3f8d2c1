import { describe, test } from 'vitest'
import { GLOBAL_MAX } from '../../src/core/time.ts'
import { GLOBAL_WINDOW } from '../../src/core/window.ts'
import { pane, withdrawal } from '../../src/testing/expectedRow.ts'
import { el, end, wm } from '../../src/testing/steps.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { countWindow } from '../../src/windows/countWindow.ts'
import { global } from '../../src/windows/global.ts'
import { session } from '../../src/windows/session.ts'
import { sliding } from '../../src/windows/sliding.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { sums } from './sums.ts'

const early = { timing: 'EARLY' } as const
const onTime = { timing: 'ON_TIME' } as const
const late = { timing: 'LATE' } as const

describe('one pane per key and window, when the watermark passes the end', () => {
  test('tumbling windows', () => {
    sums(tumbling(10))
      .input(el(['a', 1], 3), el(['b', 2], 9), el(['a', 4], 10), el(['a', 8], 0), wm(9), wm(10), end())
      .expect(
        wm(9),
        pane([0, 10], 9, { key: 'a', timestamp: 9, ...onTime, index: 0, isFirst: true, isLast: true }),
        pane([0, 10], 2, { key: 'b', timestamp: 9 }),
        wm(19),
        pane([10, 20], 4, { key: 'a', timestamp: 19 }),
        wm(8.64e15),
      )
  })

  test('tumbling windows before the epoch and with an offset', () => {
    sums(tumbling(10, { offset: 3 }))
      .input(el(['a', 1], -8), el(['a', 2], -7), el(['a', 4], 2), el(['a', 8], 3), end())
      .expect(pane([-17, -7], 1), pane([-7, 3], 6), pane([3, 13], 8))
  })

  test('sliding windows: an element is in each that covers it', () => {
    sums(sliding(10, 5))
      .input(el(['a', 1], 3), el(['a', 2], 7), wm(5), wm(15))
      .expect(pane([-5, 5], 1), pane([0, 10], 3), pane([5, 15], 2))
  })

  test('sliding windows with holes: an element between windows is in none', () => {
    sums(sliding(2, 5))
      .input(el(['a', 1], 1), el(['a', 2], 3), end())
      .expect(pane([0, 2], 1))
      .expectLate({ value: { element: 2, window: undefined, reason: 'noWindow' }, timestamp: 3, key: 'a' })
  })

  test('sessions grow with their elements and close after a gap', () => {
    sums(session(10))
      .input(el(['a', 1], 0), el(['b', 16], 5), el(['a', 2], 8), el(['a', 4], 30), end())
      .expect(
        pane([5, 15], 16, { key: 'b' }),
        pane([0, 18], 3, { key: 'a', timestamp: 17, ...onTime, isLast: true }),
        pane([30, 40], 4, { key: 'a' }),
      )
  })

  test('sessions that an element bridges become one, in any order of arrival', () => {
    for (const times of [
      [0, 20, 11, 9],
      [9, 11, 0, 20],
      [20, 9, 0, 11],
    ]) {
      sums(session(10))
        .input(...times.map((time) => el(['a', 1], time)), end())
        .expect(pane([0, 30], 4))
    }
  })

  test('sessions that only touch stay apart, or merge where asked', () => {
    const input = [el(['a', 1], 0), el(['a', 2], 10), end()]
    sums(session(10))
      .input(...input)
      .expect(pane([0, 10], 1), pane([10, 20], 2))
    sums(session(10, { touching: 'merge' }))
      .input(...input)
      .expect(pane([0, 20], 3))
  })

  test('count windows are cut from the final order of a key', () => {
    sums(countWindow(2, { partial: 'emit' }))
      .input(el(['a', 4], 7), el(['a', 1], 3), el(['b', 8], 5), wm(6), el(['a', 2], 6), wm(8), end())
      .expect(
        wm(6),
        pane([3, 7, 0], 3, { key: 'a', timestamp: 6, completedBy: 'sequence' }),
        wm(8),
        pane([5, 9, 0], 8, { key: 'b', completedBy: 'end' }),
        pane([7, 9, 1], 4, { key: 'a', completedBy: 'end' }),
        wm(8.64e15),
      )
  })

  test('the global window ends with the input', () => {
    sums(global())
      .input(el(['a', 1], -5), el(['a', 2], 1000), wm(1_000_000), end())
      .expect(wm(GLOBAL_MAX), pane(GLOBAL_WINDOW, 3, { timestamp: GLOBAL_MAX, isLast: true }), wm(8.64e15))
  })
})

describe('what panes hold', () => {
  const trigger = afterWatermark({ early: afterCount(2), late: afterCount(1) })
  const input = [
    el(['a', 1], 1),
    el(['a', 2], 2),
    el(['a', 4], 3),
    wm(10),
    el(['a', 8], 4),
    el(['a', 16], 5),
    wm(20),
  ] as const

  test('discarding: what came since the last pane', () => {
    sums(tumbling(10), { trigger, allowedLateness: 10 })
      .input(...input)
      .expect(
        pane([0, 10], 3, { ...early, index: 0, nonSpeculativeIndex: -1, isFirst: true, isLast: false }),
        pane([0, 10], 4, { ...onTime, index: 1, nonSpeculativeIndex: 0, isFirst: false, isLast: false }),
        pane([0, 10], 8, { ...late, index: 2, nonSpeculativeIndex: 1 }),
        pane([0, 10], 16, { ...late, index: 3, nonSpeculativeIndex: 2, isLast: false }),
      )
  })

  test('accumulating: all so far', () => {
    sums(tumbling(10), { trigger, allowedLateness: 10, panes: 'accumulating' })
      .input(...input)
      .expect(pane([0, 10], 3, early), pane([0, 10], 7, onTime), pane([0, 10], 15, late), pane([0, 10], 31, late))
  })

  test('retracting: all so far, after a withdrawal of the last', () => {
    const first = pane([0, 10], 3, { ...early, index: 0 })
    const second = pane([0, 10], 7, { ...onTime, index: 1 })
    const third = pane([0, 10], 15, { ...late, index: 2 })
    sums(tumbling(10), { trigger, allowedLateness: 10, panes: 'retracting' })
      .input(...input)
      .expect(first, withdrawal(first), second, withdrawal(second), third, withdrawal(third), pane([0, 10], 31))
  })

  test('sliding windows each have their own panes', () => {
    sums(sliding(10, 5), { trigger: afterWatermark({ early: afterCount(2) }), panes: 'accumulating' })
      .input(el(['a', 1], 6), el(['a', 2], 3), end())
      .expect(pane([0, 10], 3, early), pane([-5, 5], 2, onTime), pane([0, 10], 3, onTime), pane([5, 15], 1, onTime))
  })

  test('the global window with a trigger of counts flushes the rest at the end', () => {
    sums(global(), { trigger: repeatedly(afterCount(2)) })
      .input(el(['a', 1], 5), el(['a', 2], 1), el(['b', 8], 0), el(['a', 4], 3), end())
      .expect(
        pane(GLOBAL_WINDOW, 3, { key: 'a', ...early, isLast: false }),
        pane(GLOBAL_WINDOW, 4, { key: 'a', ...onTime, isLast: true }),
        pane(GLOBAL_WINDOW, 8, { key: 'b', ...onTime, isFirst: true, isLast: true }),
      )
  })
})

describe('sessions with early panes', () => {
  const trigger = afterWatermark({ early: afterCount(1) })
  const input = [el(['a', 1], 0), el(['a', 2], 5), end()] as const
  const first = pane([0, 10], 1, { ...early, index: 0, isFirst: true })

  test('a window made by a merge starts its panes anew, and says what it replaces', () => {
    sums(session(10), { trigger, panes: 'accumulating' })
      .input(...input)
      .expect(
        first,
        pane([0, 15], 3, {
          ...early,
          index: 0,
          isFirst: true,
          merging: { lineage: 0, revision: 2, replaces: [{ start: 0, end: 10 }] },
        }),
        pane([0, 15], 3, { ...onTime, index: 1, isFirst: false, isLast: true }),
      )
  })

  test('discarding panes of the merged window hold what came since', () => {
    sums(session(10), { trigger })
      .input(...input)
      .expect(first, pane([0, 15], 2, early), pane([0, 15], 0, onTime))
  })

  test('a window that takes in another and stays the same continues its panes', () => {
    sums(session(10), { trigger, panes: 'accumulating' })
      .input(el(['a', 1], 0), el(['a', 2], 9), el(['a', 4], 4), end())
      .expect(
        first,
        pane([0, 19], 3, { index: 0 }),
        pane([0, 19], 7, { index: 1 }),
        pane([0, 19], 7, { index: 2, ...onTime }),
      )
  })
})
