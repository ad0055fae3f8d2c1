import { describe, expect, test } from 'vitest'
import { referenceTrace } from '../../docs/reference-runner/run.ts'
import type { Plan } from '../../src/core/graph.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { MAX_TIMESTAMP } from '../../src/core/time.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { flatten } from '../../src/transforms/flatten.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { map } from '../../src/transforms/map.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { el, end, scores, summing, wm } from './scriptedPlan.ts'

/** What the port sent, in order: watermarks, idle and active, and values with their timestamps. */
function sentBy(plan: Plan, port: string, steps: readonly LogStep[], splits: readonly string[] = ['0']) {
  const trace = referenceTrace(plan, { startAt: 0, splits: { read: splits, left: splits, right: splits }, steps })
  return (trace.signals[port] ?? []).map((signal) => {
    if (signal.kind === 'row') return `${String(signal.row.value)}@${signal.row.timestamp}`
    return signal.kind === 'watermark' ? signal.to : signal.kind
  })
}

const idle = (split: string): LogStep => ({ kind: 'idle', split })
const active = (split: string): LogStep => ({ kind: 'active', split })
const one = (() => {
  const input = scores()
  input.pipe(map((scored) => scored.score, { name: 'map' }))
  return input.at.graph.plan()
})()

describe('the watermark of several splits (R25, R26, R38)', () => {
  test('is their minimum; a split that has reported nothing counts as the beginning of time', () => {
    expect(sentBy(one, 'map', [wm(20, '0'), wm(5, '1'), wm(30, '0'), wm(25, '1')], ['0', '1'])).toEqual([5, 25])
  })

  test('leaves idle splits out', () => {
    expect(sentBy(one, 'map', [wm(20, '0'), wm(5, '1'), idle('1'), wm(22, '0')], ['0', '1'])).toEqual([5, 20, 22])
  })

  test('stays where it is when all are idle, and says so', () => {
    expect(sentBy(one, 'map', [wm(20, '0'), wm(5, '1'), idle('0'), idle('1')], ['0', '1'])).toEqual([5, 'idle'])
  })

  test('lets a split rejoin when it has caught up', () => {
    const steps = [wm(5, '0'), wm(5, '1'), idle('1'), wm(20, '0'), active('1'), wm(30, '0'), wm(29, '1'), wm(31, '1')]
    expect(sentBy(one, 'map', steps, ['0', '1'])).toEqual([5, 20, 30])
  })

  test('ignores the watermarks of idle splits', () => {
    expect(
      sentBy(one, 'map', [wm(5, '0'), wm(5, '1'), idle('1'), wm(50, '1'), active('1'), wm(9, '0')], ['0', '1']),
    ).toEqual([5])
  })

  test('follows a split that is active again while the others are idle', () => {
    const steps = [wm(20, '0'), wm(5, '1'), idle('0'), idle('1'), active('0')]
    expect(sentBy(one, 'map', steps, ['0', '1'])).toEqual([5, 'idle', 'active', 20])
  })

  test('takes an element as a sign of life', () => {
    expect(sentBy(one, 'map', [wm(5), idle('0'), el('a', 7, 9), wm(6)])).toEqual([5, 'idle', 'active', '7@9', 6])
  })

  test('does not end while an idle split could come back', () => {
    expect(sentBy(one, 'map', [wm(5, '0'), wm(MAX_TIMESTAMP, '0'), idle('1'), end], ['0', '1'])).toEqual([
      'idle',
      'active',
      MAX_TIMESTAMP,
    ])
  })

  test('refuses to go back', () => {
    expect(() => sentBy(one, 'map', [wm(5), wm(4)])).toThrow('WATERMARK_REGRESSED')
  })
})

test('a flatten has the minimum of its inputs (R26)', () => {
  const both = pipeline('two reads')
  flatten(scores('left', both), scores('right', both)).pipe(map((scored) => scored.score, { name: 'map' }))
  const steps: LogStep[] = [
    { kind: 'watermark', to: 20, read: 'left' },
    { kind: 'watermark', to: 5, read: 'right' },
    { kind: 'idle', read: 'right' },
  ]
  expect(sentBy(both.plan(), 'map', steps)).toEqual([5, 20])
})

test('branches of one read fall idle at once: no watermark passes in between (R38)', () => {
  const input = scores()
  const sums = input.pipe(
    keyBy((scored) => scored.key),
    map((scored) => scored.score),
    windowInto(tumbling(10), { timestampCombiner: 'earliest' }),
    combinePerKey(sum()),
    windowInto(tumbling(10)),
  )
  const direct = input.pipe(
    keyBy((scored) => scored.key),
    map((scored) => scored.score),
    windowInto(tumbling(10)),
  )
  flatten(sums, direct).pipe(map((score) => score, { name: 'out' }))
  const steps: LogStep[] = [el('a', 1, 3), wm(8), { kind: 'idle' }]
  expect(sentBy(input.at.graph.plan(), 'out', steps)).toEqual(['1@3', 3, 'idle'])
})

describe('the output watermark of a grouping (R27, R29, R32, R64)', () => {
  test('goes through every due time, each after what it caused', () => {
    const steps = [el('a', 1, 3), el('a', 2, 13), wm(40)]
    expect(sentBy(summing(tumbling(10)), 'group', steps)).toEqual([9, '1@9', 10, 19, '2@19', 20, 40])
  })

  test('waits at element holds until their pane is out', () => {
    const plan = summing(tumbling(10), { timestampCombiner: 'earliest' })
    expect(sentBy(plan, 'group', [el('a', 1, 3), wm(2), wm(8), wm(11)])).toEqual([2, 3, '1@3', 10, 11])
  })

  test('goes on when an early pane releases its hold', () => {
    const plan = summing(tumbling(10), { timestampCombiner: 'earliest', trigger: repeatedly(afterCount(2)) })
    expect(sentBy(plan, 'group', [el('a', 1, 3), wm(8), el('a', 2, 7)])).toEqual([3, '3@3', 8])
  })
})
