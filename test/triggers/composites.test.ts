import { expect, test } from 'vitest'
import type { Trigger } from '../../src/core/trigger.ts'
import { afterAll } from '../../src/triggers/afterAll.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterEach } from '../../src/triggers/afterEach.ts'
import { afterAny, afterFirst } from '../../src/triggers/afterFirst.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { defaultTrigger } from '../../src/triggers/defaultTrigger.ts'
import { never } from '../../src/triggers/never.ts'
import { orFinally } from '../../src/triggers/orFinally.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { play } from './triggerTable.ts'

const two = afterCount(2)
const three = afterCount(3)
const ten = afterProcessingTime(10)
const end = afterWatermark()

test.each<[behaviour: string, trigger: Trigger, script: string]>([
  ['repeatedly starts a finished trigger anew', repeatedly(two), 'e e! e e! e'],
  ['repeatedly counts a deadline from the first element after a firing', repeatedly(ten), 'e c10! c20 e c29 c30!'],
  ['repeatedly(afterWatermark) fires for each late element, as default', repeatedly(end), 'e w9 w10! w11 e! e! w+'],
  ['repeatedly twice is repeatedly once', repeatedly(repeatedly(two)), 'e e! e e! e'],
  ['repeatedly merges what waits', repeatedly(three), 'e e e! e e.b a+b=c e.c! e.c'],

  ['afterEach takes turns', afterEach(two, three), 'e e! e e e!# e'],
  ['afterEach lets a later trigger count from its turn', afterEach(ten, two), 'e e e c10! e e!#'],
  ['afterEach stays with a trigger that never finishes', afterEach(repeatedly(two), three), 'e e! e e! e e!'],
  ['afterEach stays with never', afterEach(never(), two), 'e e e w+'],
  ['afterEach nests', afterEach(two, afterEach(three, two)), 'e e! e e e! e e!#'],
  ['afterEach fires at most once in a step', afterEach(end, end, end), 'e w10! w11 e! e!#'],
  [
    'afterEach lets until count through the firings before it',
    afterEach(orFinally(repeatedly(two), three), ten),
    'e e! e! e c10!#',
  ],

  ['afterFirst fires with the first and finishes', afterFirst(three, ten), 'e c9 c10!# e e e'],
  ['afterFirst fires with whichever is ready', afterFirst(ten, three), 'e e e!# c10'],
  ['afterFirst of never and another is the other', afterFirst(never(), two), 'e e!#'],
  ['repeated, the one that did not fire starts anew too', repeatedly(afterFirst(three, ten)), 'e e c10! e e c19 c20!'],
  ['afterAny is another name for afterFirst', afterAny(three, ten), 'e e e!#'],

  ['afterAll waits for the last', afterAll(two, ten), 'e e c9 c10!# e'],
  ['afterAll stays ready in those that are', afterAll(two, ten), 'e c10 c50 e!#'],
  ['afterAll with never does not fire', afterAll(two, never()), 'e e e w+'],
  ['afterAll takes the firing of all, also of those that go on', afterAll(repeatedly(two), end), 'e e e w10!# e e'],
  ['repeated, all of them start anew', repeatedly(afterAll(two, end)), 'e w10 e! e e!'],

  ['orFinally fires with main until until is ready', orFinally(repeatedly(two), afterCount(5)), 'e e! e e! e!# e'],
  ['until fires alone when both are ready', orFinally(repeatedly(two), afterCount(4)), 'e e! e e!#'],
  ['until counts through the firings of main', orFinally(repeatedly(two), ten), 'e e! c9 e c10!#'],
  ['orFinally finishes with main', orFinally(two, afterCount(5)), 'e e!# e e e'],
  ['until that never is ready leaves main alone', orFinally(two, never()), 'e e!#'],
  ['until that does not finish only clears main', orFinally(repeatedly(two), repeatedly(three)), 'e e! e! e e! e!'],
  ['until ends at its own time, though main is ready then', orFinally(defaultTrigger(), ten), 'c1 e w10! e! c10 c11!#'],
])('without merges: %s', (_behaviour, trigger, script) => {
  expect(play(trigger, script)).toBe(script)
  expect(play(trigger, script, { merging: true })).toBe(script)
})

test.each<[behaviour: string, trigger: Trigger, script: string]>([
  ['afterEach goes on with what is finished in one part', afterEach(two, three), 'e e! e e.b a+b=c e.c!#'],
  ['afterEach gives a later trigger what waited while another ran', afterEach(two, three), 'e e! e.b a+b=c e.c e.c!#'],
  [
    'a finished trigger that a merge revives takes its turn again',
    afterEach(end, two),
    'e w10! e a=c e.c e.c w15! e.c e.c!#',
  ],
  [
    'those after a revived trigger have not been reached, whatever they did before',
    afterEach(end, afterCount(1), two),
    'e w10! e! a=c e.c w15! e.c! e.c e.c!#',
  ],
  [
    'a revived trigger knows what waits, and not what went out',
    afterEach(afterWatermark({ early: three }), repeatedly(two)),
    'e w10! e e! e a=c e.c e.c! w15!',
  ],
  [
    'the one that goes on after its firing keeps what it counts',
    afterEach(orFinally(repeatedly(two), afterCount(5)), ten),
    'e a=c e.c! e.c e.c! e.c!',
  ],

  [
    'afterEach leaves the one that fired alone when that finishes, too: a merge may revive it',
    afterEach(orFinally(afterFirst(defaultTrigger()), afterProcessingTime(5))),
    'w10 c1 e!# a=c c5 c6!#',
  ],

  ['afterFirst is finished when a child is', afterFirst(two, ten), 'e e!# e.b a+b=c e.c e.c'],
  ['afterFirst adds up and keeps the earliest', afterFirst(three, ten), 'e c2 e.b a+b=c c9 c10!#'],
  ['afterFirst fires at the merge that makes a child ready', afterFirst(two, ten), 'e e.b a+b=c!#'],
  ['afterFirst comes back to life when the child that fired does', afterFirst(three, end), 'e w10!# a=c w14 w15!#'],
  ['a revived afterFirst does not count what went out', afterFirst(three, end), 'e e w10!# a=c e.c e.c e.c!#'],

  ['afterAll counts a finished child as ready', afterAll(two, end), 'e e w10!# e.b a+b=c w14 w15!#'],
  ['afterAll adds up', afterAll(three, ten), 'e e.b e.b c5 a+b=c c9 c10!#'],
  ['afterAll is finished when all children are', afterAll(two, ten), 'e e c10!# e.b a+b=c e.c c50'],

  ['orFinally merges both sides', orFinally(repeatedly(two), afterCount(5)), 'e e! e e.b a+b=c! e.c!#'],
  ['orFinally is finished when either is', orFinally(repeatedly(two), three), 'e e! e!# e.b a+b=c e.c e.c'],
  [
    'orFinally comes back to life with the only side that had finished',
    orFinally(repeatedly(two), end),
    'e w10!# a=c e.c e.c! w15!#',
  ],
])('in merges: %s', (_behaviour, trigger, script) => {
  expect(play(trigger, script)).toBe(script)
})

test.each([
  ['afterEach', () => afterEach()],
  ['afterFirst', () => afterFirst()],
  ['afterAll', () => afterAll()],
])('%s without triggers is refused', (name, make) => {
  expect(make).toThrow(`[INVALID_ARGUMENT] ${name} got no triggers.`)
})
