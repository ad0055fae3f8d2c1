import type { CellOptions, ValueCell } from '../../core/stateful.ts'

/**
 * A cell with one value, which callbacks read and assign as a property of their state. An object or array is an Immer
 * draft: it is edited in place, and the edits count when the callback has returned (R118). The cell is empty, and takes
 * no room, while its value equals `initial()`, which must give the same plain data each time. Maps and sets have cells of
 * their own.
 *
 * @example stateful({ name: 'totals', cells: { total: value(() => 0) }, ... })
 */
export function value<V>(initial: () => V, options: CellOptions<NoInfer<V>> = {}): ValueCell<V> {
  return { ...options, kind: 'value', initial }
}
