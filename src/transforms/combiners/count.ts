import type { CombineFn } from '../../core/combine.ts'
import { numberColumn } from './numberColumn.ts'

/**
 * How many elements there are; 0 for none.
 *
 * @example aggregate({ views: count() })
 */
export function count<T>(): CombineFn<T, number, number> {
  return {
    spec: { kind: 'count' },
    create: () => 0,
    add: (total) => total + 1,
    remove: (total) => total - 1,
    merge: (into, from) => into + from,
    extract: (total) => total,
    copy: (total) => total,
    column: () =>
      numberColumn(0, (cells, slots, _values, from, to) => {
        for (let row = from; row < to; row++) {
          const slot = slots[row] as number
          cells[slot] = (cells[slot] as number) + 1
        }
      }),
  }
}
