import { expect, test } from 'vitest'
import { IntSlots } from '../../src/kernel/group/intSlots.ts'

test('keys keep their slots while the table grows, whatever their sign and size', () => {
  const keys = [0, -1, 1, 2 ** 31 - 1, -(2 ** 31), ...Array.from({ length: 500 }, (_, i) => (i - 250) * 8_388_608 + 7)]
  const distinct = [...new Set(keys.map((key) => key | 0))]
  const slots = new IntSlots()
  distinct.forEach((key, slot) => {
    expect(slots.get(key)).toBe(-1)
    slots.add(key, slot)
  })
  expect(distinct.map((key) => slots.get(key))).toEqual(distinct.map((_, slot) => slot))
  expect(slots.get(123_456)).toBe(-1)
})
