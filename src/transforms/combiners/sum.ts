import { valueCoderOf } from '../../core/coders/valueCoder.ts'
import type { CombineFn } from '../../core/combine.ts'
import { addValue, type ExactSum, emptySum, mergeSums, roundedSum } from './exactSum.ts'
import { ExactSumColumn } from './exactSumColumn.ts'
import { itself } from './requireNumber.ts'

/**
 * The sum of a number of each element, exactly rounded (R114): the double nearest to the real sum, whatever the order
 * of elements, and bit for bit what it was when an element is added and withdrawn. Finite numbers do not overflow on the
 * way (1e308 + 1e308 - 1e308 is 1e308). NaN makes NaN, as do both infinities together; no elements and zero make +0.
 * Throws INVALID_RECORD where the function does not answer a number.
 *
 * @example aggregate({ revenue: sum((order) => order.price) })
 */
export function sum(): CombineFn<number, ExactSum, number>
export function sum<T>(numberOf: (value: T) => number): CombineFn<T, ExactSum, number>
export function sum<T>(numberOf: (value: T) => number = itself): CombineFn<T, ExactSum, number> {
  return {
    spec: { kind: 'sum' },
    create: emptySum,
    add(total, value) {
      addValue(total, numberOf(value), 1, 'sum')
      return total
    },
    remove(total, value) {
      addValue(total, numberOf(value), -1, 'sum')
      return total
    },
    merge(into, from) {
      mergeSums(into, from)
      return into
    },
    extract: roundedSum,
    copy: (total) => ({ ...total }),
    accumulatorCoder: valueCoderOf(),
    column() {
      const sums = new ExactSumColumn(numberOf, 'sum')
      return {
        grow: (slots) => sums.grow(slots),
        addMany: (slots, values, _timestamps, from, to) => sums.addMany(slots, values, from, to),
        extract: (slot) => sums.sum(slot),
        reset: (slot) => sums.reset(slot),
        clear: (count) => sums.clear(count),
        save: (slot) => sums.save(slot),
        load: (slot, total) => sums.load(slot, total),
        saveMany: (slots, from, to) => sums.saveMany(slots, from, to),
        loadMany: (slots, from, to, saved) => sums.loadMany(slots, from, to, saved),
      }
    },
  }
}
