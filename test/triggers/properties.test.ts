import { expect, expectTypeOf, test } from 'vitest'
import type { Trigger, TriggerSpec } from '../../src/core/trigger.ts'
import { afterAll } from '../../src/triggers/afterAll.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterEach } from '../../src/triggers/afterEach.ts'
import { afterFirst } from '../../src/triggers/afterFirst.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { afterSynchronizedProcessingTime } from '../../src/triggers/afterSynchronizedProcessingTime.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { defaultTrigger } from '../../src/triggers/defaultTrigger.ts'
import { never } from '../../src/triggers/never.ts'
import { orFinally } from '../../src/triggers/orFinally.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { triggerOf } from '../../src/triggers/triggerOf.ts'

const one = afterCount(1)
const many = repeatedly(one)
const end = afterWatermark()
const withLate = afterWatermark({ late: one })
const ten = afterProcessingTime(10)

test.each<[trigger: string, value: Trigger, withoutLateness: boolean, withLateness: boolean]>([
  ['default', defaultTrigger(), false, false],
  ['never', never(), false, false],
  ['afterCount', one, true, true],
  ['afterProcessingTime', ten, true, true],
  ['afterSynchronizedProcessingTime', afterSynchronizedProcessingTime(), true, true],
  ['afterWatermark', end, false, true],
  ['afterWatermark with early', afterWatermark({ early: one }), false, true],
  ['afterWatermark with late', withLate, false, false],
  ['repeatedly', many, false, false],
  ['afterEach of those that may', afterEach(one, ten), true, true],
  ['afterEach with one that may not', afterEach(one, many), false, false],
  ['afterEach with one that may with lateness', afterEach(one, end), false, true],
  ['afterFirst of those that may not', afterFirst(many, never()), true, true],
  ['afterAll', afterAll(many, end), true, true],
  ['afterAll with never', afterAll(one, never()), false, false],
  ['orFinally of those that may not', orFinally(many, withLate), false, false],
  ['orFinally whose main may', orFinally(one, never()), true, true],
  ['orFinally whose until may', orFinally(many, ten), true, true],
])('%s says whether it may finish before expiry (R60)', (_trigger, value, withoutLateness, withLateness) => {
  expect([value.mayFinish(0), value.mayFinish(1)]).toEqual([withoutLateness, withLateness])
})

test.each<[trigger: string, value: Trigger, continued: Trigger]>([
  ['default', defaultTrigger(), defaultTrigger()],
  ['never', never(), never()],
  ['afterCount', afterCount(7), one],
  ['afterProcessingTime', ten, afterSynchronizedProcessingTime()],
  ['afterSynchronizedProcessingTime', afterSynchronizedProcessingTime(), afterSynchronizedProcessingTime()],
  ['afterWatermark', end, end],
  [
    'afterWatermark with children',
    afterWatermark({ early: ten, late: afterCount(5) }),
    afterWatermark({ early: afterSynchronizedProcessingTime(), late: one }),
  ],
  ['repeatedly', repeatedly(afterCount(9)), many],
  ['afterEach', afterEach(afterCount(3), ten), repeatedly(afterFirst(one, afterSynchronizedProcessingTime()))],
  ['afterFirst', afterFirst(afterCount(3), ten), afterFirst(one, afterSynchronizedProcessingTime())],
  ['afterAll', afterAll(afterCount(3), ten), afterAll(one, afterSynchronizedProcessingTime())],
  [
    'orFinally',
    orFinally(repeatedly(afterCount(3)), ten),
    repeatedly(orFinally(many, afterSynchronizedProcessingTime())),
  ],
])('%s has the continuation of R61', (_trigger, value, continued) => {
  expect(value.continuation().spec).toEqual(continued.spec)
})

test.each<[trigger: string, value: Trigger, quiet: boolean]>([
  ['default', defaultTrigger(), true],
  ['never', never(), true],
  ['afterWatermark', end, true],
  ['afterWatermark with late', withLate, true],
  ['afterWatermark with a quiet early trigger', afterWatermark({ early: never() }), true],
  ['afterWatermark with early', afterWatermark({ early: one }), false],
  ['repeatedly of a quiet one', repeatedly(withLate), true],
  ['repeatedly(afterCount)', many, false],
  ['afterCount', one, false],
  ['afterProcessingTime', ten, false],
  ['orFinally of quiet ones', orFinally(defaultTrigger(), end), true],
  ['orFinally with a count', orFinally(defaultTrigger(), one), false],
  ['afterEach that begins quietly', afterEach(end, one), false],
])('%s says whether all keys share one state until the end', (_trigger, value, quiet) => {
  expect(value.quietUntilEnd).toBe(quiet)
})

test('a trigger is made from its spec again', () => {
  const spec: TriggerSpec = {
    kind: 'afterEach',
    triggers: [
      {
        kind: 'orFinally',
        main: { kind: 'repeatedly', trigger: { kind: 'afterCount', count: 2 } },
        until: { kind: 'afterAll', triggers: [{ kind: 'never' }, { kind: 'default' }] },
      },
      {
        kind: 'afterWatermark',
        early: { kind: 'afterProcessingTime', steps: [{ kind: 'delay', by: 10 }] },
        late: { kind: 'afterFirst', triggers: [{ kind: 'afterSynchronizedProcessingTime' }] },
      },
    ],
  }
  expect(triggerOf(spec).spec).toEqual(spec)
})

test('a custom trigger is not made from its spec', () => {
  expect(() => triggerOf({ kind: 'custom', name: 'mine', parameters: {} })).toThrow(
    '[INVALID_ARGUMENT] the custom trigger "mine" cannot be made from its spec. Its machine is code',
  )
})

test('the causes of a composite are those of its parts, each once', () => {
  const composite = afterEach(afterWatermark({ early: ten, late: one }), orFinally(defaultTrigger(), never()))
  expect(composite.causes).toEqual(['watermark', 'processing-time', 'count', 'never'])
  expectTypeOf(composite).toEqualTypeOf<Trigger<'watermark' | 'processing-time' | 'count' | 'never'>>()
  expectTypeOf(end).toEqualTypeOf<Trigger<'watermark'>>()
  expectTypeOf(repeatedly(afterFirst(one, ten))).toEqualTypeOf<Trigger<'count' | 'processing-time'>>()
  expectTypeOf(afterAll(one, one)).toEqualTypeOf<Trigger<'count'>>()
  // @ts-expect-error: a place that takes watermark causes only refuses a count inside.
  const refused: Trigger<'watermark'> = withLate
  expect(refused.causes).toContain('count')
})
