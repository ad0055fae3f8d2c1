import type { Combiner } from '../../core/combine.ts'
import type { CellOptions, CombiningCell } from '../../core/stateful.ts'

/**
 * A cell with an accumulator of a combiner: values are added, and the result is read at any time.
 *
 * @example stateful({ name: 'spending', cells: { total: combining(sum((order: Order) => order.amount)) }, ... })
 */
export function combining<T, O>(combine: Combiner<T, O>, options: CellOptions<unknown> = {}): CombiningCell<T, O> {
  return { ...options, kind: 'combining', combine }
}
