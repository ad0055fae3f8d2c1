/** The queue of timers beside a plain list, which is searched for whatever is asked. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StateRecord } from '../../src/kernel/stateful/stateRecord.ts'
import { TimerQueue } from '../../src/kernel/stateful/timerQueue.ts'
import { labelOf, NONE, TimerSlots } from '../../src/kernel/stateful/timerSlots.ts'

interface Entry {
  readonly slot: number
  at: number
  order: number
}

const LABEL = labelOf('timer', '', 'event')
/** The queue never looks at records. */
const NOBODY = {} as StateRecord

/** Times that share a place of the queue's short-cut, and neighbours of them. */
const time = fc
  .tuple(fc.constantFrom(0, 1024, 2048, 1_700_000_000_000), fc.integer({ min: 0, max: 6 }))
  .map(([from, offset]) => from + offset)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), at: time, order: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('move' as const), which: fc.nat(20), at: time }) },
  fc.record({ do: fc.constant('remove' as const), which: fc.nat(20) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
  fc.record({ do: fc.constant('restart' as const), order: fc.nat(20) }),
)

describe('the queue of timers', () => {
  it('gives the first timer by time and order, however timers came, were put off, brought forward and taken out', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const slots = new TimerSlots()
        const queue = new TimerQueue(slots)
        const entries: Entry[] = []
        let orders = 100
        const write = ({ slot, at, order }: Entry) => slots.write(slot, at, at, true, at, order)
        for (const each of steps) {
          if (each.do === 'add' || each.do === 'restart') {
            // A timer that is given back has an order of its own, which may be any.
            const order = each.do === 'restart' && !entries.some((e) => e.order === each.order) ? each.order : orders++
            const entry: Entry = { slot: slots.take(NOBODY, LABEL), at: each.do === 'add' ? each.at : 1025, order }
            entries.push(entry)
            write(entry)
            queue.add(entry.slot)
          } else if (each.do === 'move') {
            const entry = entries[each.which % Math.max(1, entries.length)]
            if (entry === undefined) continue
            entry.at = each.at
            entry.order = orders++
            write(entry)
            queue.moved(entry.slot)
          } else {
            const entry = each.do === 'take' ? inOrder(entries)[0] : entries[each.which % Math.max(1, entries.length)]
            if (entry === undefined) continue
            if (each.do === 'remove') queue.remove(entry.slot)
            else
              expect([queue.first, queue.take(entry.at - 1), queue.take(entry.at)]).toEqual([
                entry.slot,
                NONE,
                entry.slot,
              ])
            slots.give(entry.slot)
            entries.splice(entries.indexOf(entry), 1)
          }
          const least = inOrder(entries)[0]
          if (steps.length % 2 === 0) expect(queue.next).toBe(least?.at ?? Number.POSITIVE_INFINITY)
        }
        expect(queue.nextAfter(-1)).toBe(queue.next)
        for (const { slot } of inOrder(entries)) expect(queue.take(Number.POSITIVE_INFINITY)).toBe(slot)
        expect([queue.first, queue.next]).toEqual([NONE, Number.POSITIVE_INFINITY])
      }),
      { numRuns: 2_000 },
    )
  })

  it('keeps no times that timers have left', () => {
    const slots = new TimerSlots()
    const queue = new TimerQueue(slots)
    for (let at = 100_000; at > 0; at--) {
      const slot = slots.take(NOBODY, LABEL)
      slots.write(slot, at, at, true, at, at)
      queue.add(slot)
      queue.remove(slot)
      slots.give(slot)
    }
    expect(queue.times).toBeLessThan(200)
  })
})

function inOrder(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => a.at - b.at || a.order - b.order)
}
