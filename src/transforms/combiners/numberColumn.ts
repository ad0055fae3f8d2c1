import type { AccumulatorColumn } from '../../core/combine.ts'
import { grown } from './exactSumColumn.ts'

/** Folds rows [from, to) into their slots' numbers. */
export type FoldNumbers<T> = (
  cells: Float64Array,
  slots: Int32Array,
  values: readonly T[],
  from: number,
  to: number,
) => void

/** A column of accumulators that are one number each. */
export function numberColumn<T>(empty: number, fold: FoldNumbers<T>): AccumulatorColumn<T, number, number> {
  let cells = new Float64Array(0)
  return {
    grow(slots) {
      const before = cells.length
      cells = grown(cells, slots)
      cells.fill(empty, before)
    },
    addMany: (slots, values, _timestamps, from, to) => fold(cells, slots, values, from, to),
    extract: (slot) => cells[slot] as number,
    reset(slot) {
      cells[slot] = empty
    },
    clear: (count) => void cells.fill(empty, 0, count),
    save: (slot) => cells[slot] as number,
    load(slot, accumulator) {
      cells[slot] = accumulator
    },
    saveMany(slots, from, to) {
      const saved: number[] = []
      for (let at = from; at < to; at++) saved.push(cells[slots[at] as number] as number)
      return saved
    },
    loadMany(slots, from, to, saved) {
      const numbers = saved as readonly number[] // As saveMany gave them.
      for (let at = from; at < to; at++) cells[slots[at] as number] = numbers[at - from] as number
    },
  }
}
