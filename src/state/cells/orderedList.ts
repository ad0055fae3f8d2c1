import type { CellOptions, ListEntry, OrderedListCell } from '../../core/stateful.ts'

/**
 * A cell with values in event-time order: by timestamp, then by encoded value, then as they were added (R111).
 *
 * @example stateful({ name: 'recent', cells: { log: orderedList<Reading>() }, ... }) // state.log.range(from, to)
 */
export function orderedList<T>(options: CellOptions<T, Iterable<ListEntry<T>>> = {}): OrderedListCell<T> {
  return { ...options, kind: 'orderedList' }
}
