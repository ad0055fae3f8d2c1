import type { CellOptions, MapCell } from '../../core/stateful.ts'

/**
 * A cell with values by name. Names are told apart as keys are (INVALID_KEY for what cannot be one) and iterated in the
 * order of their encodings. Values are replaced by `set`, not changed. `coder` is that of the values.
 *
 * @example stateful({ name: 'carts', cells: { counts: mapCell<string, number>() }, ... }) // state.counts.get('apples')
 */
export function mapCell<K, V>(options: CellOptions<V, Iterable<readonly [K, V]>> = {}): MapCell<K, V> {
  return { ...options, kind: 'map' }
}
