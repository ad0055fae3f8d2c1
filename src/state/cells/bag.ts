import type { BagCell, CellOptions } from '../../core/stateful.ts'

/**
 * A cell with any number of values, in the order in which they were added.
 *
 * @example stateful({ name: 'batches', cells: { waiting: bag<Order>() }, ... }) // state.waiting.add(order)
 */
export function bag<T>(options: CellOptions<T, Iterable<T>> = {}): BagCell<T> {
  return { ...options, kind: 'bag' }
}
