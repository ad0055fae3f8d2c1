import type { AccumulatorColumn, CombineFn } from '../core/combine.ts'

/** Any CombineFn as a column: one accumulator per slot. For combines that have no column of their own. */
export function cellColumn<T, A, O>(combine: CombineFn<T, A, O>): AccumulatorColumn<T, A, O> {
  const cells: A[] = []
  return {
    grow(slots) {
      while (cells.length < slots) cells.push(combine.create())
    },
    addMany(slots, values, timestamps, from, to) {
      for (let row = from; row < to; row++) {
        const slot = slots[row] as number
        cells[slot] = combine.add(cells[slot] as A, values[row] as T, timestamps[row] as number)
      }
    },
    extract: (slot) => combine.extract(cells[slot] as A),
    reset(slot) {
      cells[slot] = combine.create()
    },
    clear(count) {
      for (let slot = 0; slot < count; slot++) cells[slot] = combine.create()
    },
    save: (slot) => combine.copy(cells[slot] as A),
    load(slot, accumulator) {
      cells[slot] = combine.copy(accumulator)
    },
  }
}
