import { valueCoderOf } from '../../core/coders/valueCoder.ts'
import type { CombineFn, SavedColumn } from '../../core/combine.ts'
import { addValue, type ExactSum, emptySum, mergeSums, roundedMean } from './exactSum.ts'
import { ExactSumColumn, grown } from './exactSumColumn.ts'
import { itself } from './requireNumber.ts'

interface MeanAccumulator {
  readonly sum: ExactSum
  count: number
}

/**
 * The mean of a number of each element: the exact sum over the count, rounded once (R114), and so independent of the
 * order of elements. NaN for no elements; NaN and infinities count as in sum().
 * Throws INVALID_RECORD where the function does not answer a number.
 *
 * @example aggregate({ meanDelay: mean((flight) => flight.delay) })
 */
export function mean(): CombineFn<number, MeanAccumulator, number>
export function mean<T>(numberOf: (value: T) => number): CombineFn<T, MeanAccumulator, number>
export function mean<T>(numberOf: (value: T) => number = itself): CombineFn<T, MeanAccumulator, number> {
  return {
    spec: { kind: 'mean' },
    create: () => ({ sum: emptySum(), count: 0 }),
    add(total, value) {
      addValue(total.sum, numberOf(value), 1, 'mean')
      total.count++
      return total
    },
    remove(total, value) {
      addValue(total.sum, numberOf(value), -1, 'mean')
      total.count--
      return total
    },
    merge(into, from) {
      mergeSums(into.sum, from.sum)
      into.count += from.count
      return into
    },
    extract: (total) => roundedMean(total.sum, total.count),
    copy: (total) => ({ sum: { ...total.sum }, count: total.count }),
    accumulatorCoder: valueCoderOf(),
    column() {
      const sums = new ExactSumColumn(numberOf, 'mean')
      let counts = new Float64Array(0)
      return {
        grow(slots) {
          sums.grow(slots)
          counts = grown(counts, slots)
        },
        addMany(slots, values, _timestamps, from, to) {
          sums.addMany(slots, values, from, to)
          for (let row = from; row < to; row++) {
            const slot = slots[row] as number
            counts[slot] = (counts[slot] as number) + 1
          }
        },
        extract: (slot) => sums.mean(slot, counts[slot] as number),
        reset(slot) {
          sums.reset(slot)
          counts[slot] = 0
        },
        clear(count) {
          sums.clear(count)
          counts.fill(0, 0, count)
        },
        save: (slot) => ({ sum: sums.save(slot), count: counts[slot] as number }),
        load(slot, total) {
          sums.load(slot, total.sum)
          counts[slot] = total.count
        },
        saveMany: (slots, from, to) => ({
          sum: sums.saveMany(slots, from, to),
          count: slots.slice(from, to).map((slot) => counts[slot] as number),
        }),
        loadMany(slots, from, to, saved) {
          const { sum, count } = saved as { sum: SavedColumn; count: readonly number[] } // As saveMany gave them.
          sums.loadMany(slots, from, to, sum)
          for (let at = from; at < to; at++) counts[slots[at] as number] = count[at - from] as number
        },
      }
    },
  }
}
