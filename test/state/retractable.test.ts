import { expect, test } from 'vitest'
import { retractable } from '../../src/state/retractable.ts'
import { max } from '../../src/transforms/combiners/max.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'

test('a maximum that is withdrawn gives way to the next', () => {
  const fn = retractable(max())
  let held = [3, 9, 9].reduce((elements, value) => fn.add(elements, value, 0), fn.create())
  const remove = (value: number, timestamp = 0): void => {
    held = fn.remove?.(held, value, timestamp) ?? held
  }
  remove(9)
  expect(fn.extract(held)).toBe(9)
  remove(9)
  expect(fn.extract(held)).toBe(3)
  remove(3)
  expect(fn.extract(held)).toBe(-Infinity)
  expect(held.size).toBe(0)
})

test('a withdrawal may come before its element, and finds it by content and timestamp', () => {
  const fn = retractable(toList<object>())
  let held = fn.remove?.(fn.create(), { a: 1, b: 2 }, 5) ?? fn.create()
  expect(fn.extract(held)).toEqual([])
  held = fn.add(held, { b: 2, a: 1 }, 6)
  expect(fn.extract(held)).toEqual([{ a: 1, b: 2 }])
  held = fn.add(held, { b: 2, a: 1 }, 5)
  expect(fn.extract(held)).toEqual([{ a: 1, b: 2 }])
  expect([...held.values()].map(({ timestamp }) => timestamp)).toEqual([6])
})

test('an element that was added twice counts twice', () => {
  const fn = retractable(toList<string>())
  const held = fn.add(fn.add(fn.create(), 'a', 0), 'a', 0)
  expect(held.size).toBe(1)
  expect(fn.extract(held)).toEqual(['a', 'a'])
})

test('elements that cannot be told apart are refused', () => {
  const fn = retractable(toList<unknown>())
  expect(() => fn.add(fn.create(), { done: () => 1 }, 0)).toThrow('[NOT_ENCODABLE] function done at $.done')
})
