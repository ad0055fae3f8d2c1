import { expect, test } from 'vitest'
import { minutes, seconds } from '../../src/core/time.ts'
import type { Trigger } from '../../src/core/trigger.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { afterSynchronizedProcessingTime } from '../../src/triggers/afterSynchronizedProcessingTime.ts'
import { defaultTrigger } from '../../src/triggers/defaultTrigger.ts'
import { never } from '../../src/triggers/never.ts'
import { play } from './triggerTable.ts'

const aligned = (size: number, offset = 0) => afterProcessingTime(10, { align: size, offset })

test.each<[behaviour: string, trigger: Trigger, script: string]>([
  ['default waits for the watermark to pass the last millisecond', defaultTrigger(), 'e e w9 w10! w11 w+'],
  ['default fires for each element behind the end, and never finishes', defaultTrigger(), 'e w10! e! e! w20 e! w+'],
  ['default fires at once for a first element behind the end', defaultTrigger(), 'w10 e! e!'],
  ['default fires on the way when the watermark jumps to the end of time', defaultTrigger(), 'e w+! e!'],
  [
    'default in a merged window waits for its end, however late its parts were',
    defaultTrigger(),
    'e w10! a=c w14 w15! e.c!',
  ],
  ['default fires at a merge into a window that has passed', defaultTrigger(), 'e w15! e.b! a+b=c!'],

  ['never does not fire, not even at the end of time', never(), 'e c5 w10 e a=c e.c c90 w+'],

  ['afterCount(1) fires with its first element and finishes', afterCount(1), 'w99 c9 e!# e e'],
  ['an atomic bundle is looked at once, after its last element', afterCount(2), 'e& e& e!#'],
  ['afterCount(3) fires with the third element, whatever the times', afterCount(3), 'e w5 e c9 w10 e!# e e e'],
  ['afterCount adds up over a merge', afterCount(3), 'e e.b e.b a+b=c!# e.c'],
  ['afterCount waits for the rest after a merge', afterCount(3), 'e e.b a+b=c e.c!#'],
  ['afterCount fires at the merge that completes the count', afterCount(2), 'e e.b a+b=c!#'],
  ['afterCount that finished in one part is finished in the whole', afterCount(2), 'e e!# e.b a+b=c e.c e.c e.c'],

  ['afterProcessingTime fires at exactly the deadline', afterProcessingTime(10), 'c5 e c14 c15!# e c99'],
  [
    'afterProcessingTime counts from the first element; later ones do not move it',
    afterProcessingTime(10),
    'e c9 e c10!#',
  ],
  ['afterProcessingTime fires on the way of a long clock move', afterProcessingTime(10), 'e c500!# c501'],
  ['afterProcessingTime(0) fires with the first element', afterProcessingTime(0), 'c5 e!#'],
  ['afterProcessingTime does not look at the watermark', afterProcessingTime(10), 'e w10 w+ c9 c10!#'],
  ['an aligned deadline is rounded up', aligned(60), 'c1 e c59 c60!#'],
  ['an aligned deadline on a multiple stays', aligned(60), 'c50 e c59 c60!#'],
  ['an aligned deadline one past a multiple goes to the next', aligned(60), 'c51 e c60 c119 c120!#'],
  ['an alignment may have an offset', aligned(60, 15), 'c1 e c14 c15!#'],
  ['a deadline past the offset goes to the next', aligned(60, 15), 'c6 e c60 c74 c75!#'],
  [
    'steps are applied in order: aligned first, then delayed',
    afterProcessingTime([
      { kind: 'align', size: 60, offset: 0 },
      { kind: 'delay', by: 10 },
    ]),
    'c1 e c60 c69 c70!#',
  ],
  ['a merge keeps the earliest deadline', afterProcessingTime(10), 'e c4 e.b a+b=c c9 c10!#'],
  ['a merge takes the deadline of the only part that has one', afterProcessingTime(10), 'c3 e.b c4 a+b=c c12 c13!#'],
  ['a deadline met in one part is met in the whole', afterProcessingTime(10), 'e c5 e.b c10!a# a+b=c e.c c15 c99'],

  ['afterSynchronizedProcessingTime fires with its first element', afterSynchronizedProcessingTime(), 'c5 e!# e c9'],
])('%s', (_behaviour, trigger, script) => {
  expect(play(trigger, script)).toBe(script)
})

test.each<[what: string, make: () => unknown, message: string]>([
  ['a count of 0', () => afterCount(0), 'afterCount got a count of 0. Give an integer of at least 1.'],
  ['a fractional count', () => afterCount(1.5), 'afterCount got a count of 1.5. Give an integer of at least 1.'],
  ['a count of NaN', () => afterCount(Number.NaN), 'afterCount got a count of NaN. Give an integer of at least 1.'],
  [
    'a negative delay',
    () => afterProcessingTime(-1),
    'afterProcessingTime got a delay of -1. Give an integer of at least 0.',
  ],
  [
    'an alignment of 0',
    () => afterProcessingTime(5, { align: 0 }),
    'afterProcessingTime got an alignment of 0. Give an integer of at least 1.',
  ],
  [
    'an offset as long as the alignment',
    () => afterProcessingTime(5, { align: 10, offset: 10 }),
    'afterProcessingTime got an alignment of 10 with the offset 10. Give an integer offset of at least 0 and below the alignment.',
  ],
])('%s is refused when the trigger is built', (_what, make, message) => {
  expect(make).toThrow(`[INVALID_ARGUMENT] ${message}`)
})

test('the spec of a deadline keeps its steps in order', () => {
  expect(afterProcessingTime(seconds(10), { align: minutes(1) }).spec).toEqual({
    kind: 'afterProcessingTime',
    steps: [
      { kind: 'delay', by: 10_000 },
      { kind: 'align', size: 60_000, offset: 0 },
    ],
  })
})
