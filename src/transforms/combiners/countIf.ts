import type { CombineFn } from '../../core/combine.ts'
import { numberColumn } from './numberColumn.ts'

/**
 * How many elements fulfil the predicate; 0 for none.
 *
 * @example aggregate({ slow: countIf((c) => c.ms > 1_000) })
 */
export function countIf<T>(predicate: (value: T) => boolean): CombineFn<T, number, number> {
  return {
    spec: { kind: 'countIf' },
    create: () => 0,
    add: (total, value) => (predicate(value) ? total + 1 : total),
    remove: (total, value) => (predicate(value) ? total - 1 : total),
    merge: (into, from) => into + from,
    extract: (total) => total,
    copy: (total) => total,
    column: () =>
      numberColumn(0, (cells, slots, values, from, to) => {
        for (let row = from; row < to; row++) {
          const slot = slots[row] as number
          if (predicate(values[row] as T)) cells[slot] = (cells[slot] as number) + 1
        }
      }),
  }
}
