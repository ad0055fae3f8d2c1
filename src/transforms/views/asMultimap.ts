import type { Bounds, Elements } from '../../core/pcollection.ts'
import type { NeedFindable, SideView } from '../sideInputs.ts'
import type { Grouped, NeedFiring, NeedKey } from '../typeRules.ts'
import { entryPanes, viewOf } from './viewOf.ts'

/**
 * The values of a keyed collection, by window, as a map from each key to all its values, in the order of asList.
 *
 *     orders.pipe(flatMap((order, { side }) => side.items.get(order.id) ?? [], { sideInputs: { items: asMultimap(itemsByOrder) } }))
 *
 * Panes as for asList.
 */
export function asMultimap<T, K, B extends Bounds, W extends string>(
  collection: Elements<T, K, B, W> & NeedKey<K, 'asMultimap'> & NeedFiring<B, W> & NeedFindable<W>,
  options?: { readonly name?: string },
): SideView<ReadonlyMap<K, readonly T[]>, Grouped<W>> {
  return viewOf(
    { view: 'multimap', panes: 'all', fallback: undefined },
    entryPanes(collection, 'asMultimap', options?.name),
  )
}
