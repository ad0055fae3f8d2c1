import { expect, test } from 'vitest'
import { finalValues, lateRows, onTimePanes } from '../../src/testing/paneViews.ts'
import { runScript } from '../../src/testing/runScript.ts'
import { script } from '../../src/testing/script.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { session } from '../../src/windows/session.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { scores, summing } from '../kernel/sums.ts'

const trigger = afterWatermark({ early: afterCount(1), late: afterCount(1) })
const steps = script()
  .elements([['b', 1], 12], [['b', 2], 1], [['a', 4], 3])
  .watermark(10)
  .element(['a', 8], 4)
  .watermark(15)
  .element(['a', 16], 5)
  .end()

function logOf(panes: 'accumulating' | 'retracting') {
  const sums = summing(tumbling(10), { trigger, panes, allowedLateness: 5 })(scores())
  return { sums, log: runScript(sums.at.graph.plan(), steps) }
}

test('the final value of each key and window is the last that was not withdrawn', () => {
  for (const panes of ['accumulating', 'retracting'] as const) {
    const { sums, log } = logOf(panes)
    expect(finalValues(log, sums)).toEqual([
      { key: 'b', window: { start: 0, end: 10 }, value: 2 },
      { key: 'a', window: { start: 0, end: 10 }, value: 12 },
      { key: 'b', window: { start: 10, end: 20 }, value: 1 },
    ])
  }
})

test('windows that were merged into others have no final value', () => {
  const sums = summing(session(10), { trigger, panes: 'accumulating' })(scores())
  const log = runScript(
    sums.at.graph.plan(),
    script()
      .elements([['a', 1], 0], [['a', 2], 15], [['a', 4], 8])
      .end(),
  )
  expect(finalValues(log, 'sum')).toEqual([{ key: 'a', window: { start: 0, end: 25 }, value: 7 }])
})

test('on-time panes are those of the watermark', () => {
  const { log } = logOf('retracting')
  expect(onTimePanes(log, 'sum').map(({ key, value }) => [key, value])).toEqual([
    ['b', 2],
    ['a', 4],
    ['b', 1],
  ])
})

test('late rows are what was dropped, with key, window, timestamp and reason', () => {
  const { log, sums } = logOf('accumulating')
  expect(lateRows(log, sums)).toEqual([
    { element: 16, key: 'a', window: { start: 0, end: 10 }, timestamp: 5, reason: 'late' },
  ])
})
