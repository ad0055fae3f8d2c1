import { expect, test } from 'vitest'
import type { Trigger } from '../../src/core/trigger.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterEach } from '../../src/triggers/afterEach.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { defaultTrigger } from '../../src/triggers/defaultTrigger.ts'
import { never } from '../../src/triggers/never.ts'
import { orFinally } from '../../src/triggers/orFinally.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { play } from './triggerTable.ts'

const plain = afterWatermark()
const early = afterWatermark({ early: afterCount(2) })
const late = afterWatermark({ late: afterCount(2) })
const both = afterWatermark({ early: afterCount(2), late: afterCount(2) })
const timed = afterWatermark({ early: afterProcessingTime(10), late: afterProcessingTime(10) })

test.each<[behaviour: string, trigger: Trigger, script: string]>([
  ['fires once past the last millisecond and finishes', plain, 'e e w9 w10!# e w+'],
  ['fires at once when the first element comes behind the end', plain, 'w10 e!#'],
  ['waits when the watermark stands on the last millisecond', plain, 'w9 e e w10!#'],

  ['early firings start anew, the on-time firing ends it', early, 'e e! e e! e w10!# e'],
  ['an element that is ready and behind the end fires once, on time', early, 'w10 e!#'],
  ['an on-time firing follows an early one without new elements', early, 'e e! w10!#'],
  ['early deadlines start at the first element after a firing', timed, 'e c10! c15 e c24 c25! w10!'],
  ['the on-time firing forgets the early deadline', timed, 'e c5 w10! c10 c99'],

  ['late firings count from the on-time one', late, 'e e e w10! e e! e e! w+'],
  ['late elements after the on-time firing wait for the late trigger', late, 'w10 e! e e! e'],
  ['late never fires before the on-time firing', both, 'e w9 e! e w10! e e! e w+'],
  ['late deadlines start at the first late element', timed, 'w10 e! c1 e c10 c11! c50'],
  ['never as late trigger leaves the rest to the expiry', afterWatermark({ late: never() }), 'e w10! e e w+'],
  ['default as late trigger fires for each late element', afterWatermark({ late: defaultTrigger() }), 'e w10! e! e!'],
  ['default as early trigger fires at the end only', afterWatermark({ early: defaultTrigger() }), 'e e w10!#'],

  [
    'an early trigger with several firings goes on where it was',
    afterWatermark({ early: afterEach(afterCount(1), repeatedly(afterCount(3))) }),
    'e! e e e! e e e! w10!#',
  ],
  [
    'an early trigger that finishes starts anew',
    afterWatermark({ early: afterEach(afterCount(1), afterCount(3)) }),
    'e! e e e! e! e e e!',
  ],
  [
    'the until of an early orFinally counts through its firings',
    afterWatermark({ early: orFinally(repeatedly(afterCount(2)), afterCount(3)) }),
    'e e! e! e e! e!',
  ],
])('without merges: %s', (_behaviour, trigger, script) => {
  expect(play(trigger, script)).toBe(script)
  expect(play(trigger, script, { merging: true })).toBe(script)
})

test.each<[behaviour: string, trigger: Trigger, script: string]>([
  ['a part that has not fired takes the whole back to the first phase', plain, 'e w10!# e.b a+b=c w14 w15!#'],
  ['a merged end that has not passed takes it back, too', plain, 'e w10!# a=c w14 w15!#'],
  ['all parts fired and the end passed: it stays finished', plain, 'e w10!# e.b w15!b# a+b=c e.c w+'],
  ['the on-time firing of the merged window comes at the merge when its end has passed', plain, 'e w9 a=a w10!#'],
  ['a first merge behind the end fires at once', early, 'e e.b w15!a#!b# a+b=c e.c w+'],

  ['early counts add up', early, 'e e.b a+b=c! e.c w15!#'],
  ['the earliest early deadline stays', timed, 'e c4 e.b a+b=c c9 c10! w15!'],
  ['a rewind drops what the late trigger waited for', both, 'e w10! e a=c e.c! w15!'],
  ['a rewind gives what waited to the early trigger', both, 'e w10! e a=c e.c! e.c w15!'],
  ['a rewind gives a late deadline to the early trigger', timed, 'e w10! c1 e c2 a=c c10 c11! w15!'],
  ['what a late firing took does not count for a rewound early trigger', both, 'e w10! e e! e a=c e.c! w15!'],
  [
    'late counts add up when every part is late and the merged end has passed',
    both,
    'e e.b w15!a!b e e.b a+b=c! e.c e.c!',
  ],
  ['a late merge that does not complete the count waits', late, 'e e.b w15!a!b e a+b=c e.c!'],
  ['one part that is not late rewinds the others: fires on time again', late, 'e w10! e w14 e.b a+b=c w15! e.c e.c!'],
  [
    'in an atomic bundle, a part that has not fired yet rewinds a late one, and the merge fires on time',
    late,
    'w15 e! e e.b& a+b=c! e.c e.c!',
  ],
  ['growing into a window that has passed keeps the late phase and what waits', late, 'e w15! e a+b=c e.c!'],
])('in merges: %s', (_behaviour, trigger, script) => {
  expect(play(trigger, script)).toBe(script)
})
