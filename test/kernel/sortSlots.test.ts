import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sortSlots } from '../../src/kernel/stateful/sortSlots.ts'

describe('sorting slots by their orders', () => {
  it('sorts the first so many, few and many, and leaves the rest', () => {
    const lengths = new Set<string>()
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1_000), { maxLength: 80, size: 'max' }), fc.nat(80), (orders, wanted) => {
        const count = Math.min(wanted, orders.length)
        lengths.add(count < 32 ? 'few' : 'many')
        const slots = orders.map((order) => order + 5_000)
        const sorted = [...orders.slice(0, count).sort((a, b) => a - b), ...orders.slice(count)]
        sortSlots(slots, orders.slice(), count)
        expect(slots).toEqual(sorted.map((order) => order + 5_000))
      }),
    )
    expect([...lengths].sort()).toEqual(['few', 'many'])
  })
})
