import type { CellOptions, SetCell } from '../../core/stateful.ts'

/**
 * A cell with distinct values. They are told apart as keys are, so that equal objects are one value (INVALID_KEY for what
 * cannot be a key), and iterated in the order of their encodings.
 *
 * @example stateful({ name: 'visitors', cells: { pages: setCell<string>() }, ... }) // state.pages.has('/')
 */
export function setCell<T>(options: CellOptions<T, Iterable<T>> = {}): SetCell<T> {
  return { ...options, kind: 'set' }
}
