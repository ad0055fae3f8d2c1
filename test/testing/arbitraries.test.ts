import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogStep, StepLog } from '../../src/core/stepLog.ts'
import { MAX_TIMESTAMP, MIN_TIMESTAMP } from '../../src/core/time.ts'
import type { TriggerSpec } from '../../src/core/trigger.ts'
import { expiryOf } from '../../src/core/window.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { disorderedLogs } from '../../src/testing/arbitraries/disorderedLogs.ts'
import type { ScriptedValue } from '../../src/testing/arbitraries/scriptedValue.ts'
import { triggerSpecs } from '../../src/testing/arbitraries/triggerSpecs.ts'
import { TIME_WINDOW_KINDS, windowDescriptions, windowFnOf } from '../../src/testing/arbitraries/windowDescriptions.ts'
import { windowedBy, windowingDescriptions } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { groupByKey } from '../../src/transforms/groupByKey.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

const RUNS = Number(process.env.TIDEMARK_RUNS ?? 1)

/** Each element of a log, with the watermark that it meets. */
function arrivals(log: StepLog): { value: ScriptedValue; timestamp: number; watermark: number }[] {
  let watermark = MIN_TIMESTAMP
  return log.steps.flatMap((step) => {
    if (step.kind === 'watermark') watermark = step.to
    const elements = step.kind === 'element' ? [step] : step.kind === 'atomic' ? step.elements : []
    return elements.map(({ value, timestamp }) => ({
      value: value as ScriptedValue,
      timestamp: timestamp ?? 0,
      watermark,
    }))
  })
}

function times(log: StepLog, kind: 'watermark' | 'clock'): number[] {
  return log.steps.flatMap((step: LogStep) => (step.kind === kind && 'to' in step ? [step.to] : []))
}

test('late logs reach windows on time, in lateness, at both bounds and behind expiry', () => {
  const seen = { onTime: 0, late: 0, atEnd: 0, atExpiry: 0, expired: 0, duplicates: 0, afterTheEnd: 0, atomic: 0 }
  const windows = tumbling(10)
  fc.assert(
    fc.property(disorderedLogs({ allowedLateness: 4, atomic: true }), (log) => {
      const ids = new Set<number>()
      for (const { value, timestamp, watermark } of arrivals(log)) {
        const [window] = windows.assign(timestamp, value)
        if (window === undefined) throw new Error('tumbling windows have no holes')
        const expiry = expiryOf(window, 4)
        seen[watermark < window.end ? 'onTime' : watermark <= expiry ? 'late' : 'expired']++
        if (watermark === window.end) seen.atEnd++
        if (watermark === expiry || watermark === expiry + 1) seen.atExpiry++
        if (watermark === MAX_TIMESTAMP) seen.afterTheEnd++
        if (ids.has(value.id)) seen.duplicates++
        ids.add(value.id)
      }
      seen.atomic += log.steps.filter(({ kind }) => kind === 'atomic').length
    }),
    { numRuns: 300 * RUNS },
  )
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(0)
})

test('times in a log never go back, keys are as many as asked for, and it ends when it should', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.boolean(), fc.constantFrom(1, 2, 3), fc.gen(), (late, ends, keys, gen) => {
      const log = gen(disorderedLogs, { late, ends, keys, clock: ends })
      for (const kind of ['watermark', 'clock'] as const) {
        const all = times(log, kind)
        expect(all).toEqual([...all].sort((a, b) => a - b))
      }
      if (!ends) expect(times(log, 'clock')).toEqual([])
      expect(log.steps.at(-1)?.kind === 'end').toBe(ends)
      for (const { value } of arrivals(log)) expect(['a', 'b', 'c'].indexOf(value.key)).toBeLessThan(keys)
    }),
    { numRuns: 200 * RUNS },
  )
})

test('in an on-time log no element is behind the watermark, and some stand on it', () => {
  let onIt = 0
  let elements = 0
  fc.assert(
    fc.property(disorderedLogs({ late: false, atomic: true }), (log) => {
      for (const { timestamp, watermark } of arrivals(log)) {
        expect(timestamp).toBeGreaterThanOrEqual(watermark)
        elements++
        if (timestamp === watermark) onIt++
      }
    }),
    { numRuns: 200 * RUNS },
  )
  expect(elements).toBeGreaterThan(500)
  expect(onIt).toBeGreaterThan(0)
})

test('a failing log shrinks to the step that matters, at a time near zero', () => {
  const isFine = (log: StepLog) => arrivals(log).every(({ timestamp }) => timestamp < 7)
  const { counterexample } = fc.check(fc.property(disorderedLogs(), isFine), { seed: 1, numRuns: 200 })
  expect(counterexample?.[0].steps).toEqual([
    { kind: 'element', value: { key: 'a', id: 0, amount: 0, isMarker: false }, timestamp: 7 },
    { kind: 'end' },
  ])
})

test('every kind of trigger occurs among the safe ones and among all', () => {
  for (const unsafe of [false, true]) {
    const kinds = new Set<string>()
    const visit = (spec: TriggerSpec): void => {
      kinds.add(spec.kind)
      for (const child of Object.values(spec).flat()) if (typeof child === 'object' && 'kind' in child) visit(child)
    }
    for (const spec of fc.sample(triggerSpecs({ unsafe }), { numRuns: 400, seed: 3 })) visit(spec)
    // Steps of deadlines have kinds, too.
    expect([...kinds].sort()).toEqual([
      'afterAll',
      'afterCount',
      'afterEach',
      'afterFirst',
      'afterProcessingTime',
      'afterSynchronizedProcessingTime',
      'afterWatermark',
      'align',
      'default',
      'delay',
      'never',
      'orFinally',
      'repeatedly',
    ])
  }
})

test('without processing time no trigger waits for the clock', () => {
  fc.assert(
    fc.property(triggerSpecs({ unsafe: true, processingTime: false }), (spec) => {
      expect(JSON.stringify(spec)).not.toContain('ProcessingTime')
    }),
    { numRuns: 200 * RUNS },
  )
})

test('every windowing that is generated is accepted when the plan is built', () => {
  const seen = { tumbling: 0, sliding: 0, session: 0, global: 0, count: 0, punctuation: 0, unsafe: 0 }
  fc.assert(
    fc.property(
      windowingDescriptions({ kinds: [...TIME_WINDOW_KINDS, 'count', 'punctuation'], unsafe: true }),
      (windowing) => {
        const input = pipeline('generated').read(fromIterable<ScriptedValue>([]), {
          name: 'read',
          timestamp: ({ id }) => id,
        })
        const keyed = input.pipe(keyBy(({ key }) => key))
        const panes = keyed.pipe(windowedBy(windowing)).pipe(groupByKey())
        expect(panes.at.info.windowing.windowKind).toBe(windowing.window.kind)
        expect(windowFnOf(windowing.window).kind).toBe(windowing.window.kind)
        seen[windowing.window.kind]++
        if (input.at.graph.node('windowInto')?.outputs.main?.windowing.allowUnsafeTrigger) seen.unsafe++
      },
    ),
    { numRuns: 200 * RUNS },
  )
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(0)
})

test('generated windows are of the kinds asked for, and shrink to the first', () => {
  const { counterexample } = fc.check(
    fc.property(windowDescriptions(['tumbling', 'sliding', 'session']), ({ kind }) => kind === 'global'),
    { seed: 5 },
  )
  expect(counterexample?.[0]).toEqual({ kind: 'tumbling', size: 1, offset: 0 })
})
