import type { Bounds, Elements } from '../../core/pcollection.ts'
import type { NeedFindable, SideView } from '../sideInputs.ts'
import type { Grouped, NeedFiring, NeedKey } from '../typeRules.ts'
import { entryPanes, viewOf } from './viewOf.ts'

/**
 * The values of a keyed collection, by window, as a map. Keys are equal if their encodings are, as in groupings.
 *
 *     payments.pipe(map((payment, { side }) => payment.amount * (side.rates.get(payment.currency) ?? 1), {
 *       sideInputs: { rates: asMap(rates.pipe(keyBy((rate) => rate.currency), mapValues((rate) => rate.value))) },
 *     }))
 *
 * Panes as for asList. Looking into a map with two values for one key throws SIDE_INPUT_AMBIGUOUS: combine the values of
 * a key before, with `panes: 'retracting'` where that fires more than once, so that a new value takes the old one's place.
 */
export function asMap<T, K, B extends Bounds, W extends string>(
  collection: Elements<T, K, B, W> & NeedKey<K, 'asMap'> & NeedFiring<B, W> & NeedFindable<W>,
  options?: { readonly name?: string },
): SideView<ReadonlyMap<K, T>, Grouped<W>> {
  return viewOf({ view: 'map', panes: 'all', fallback: undefined }, entryPanes(collection, 'asMap', options?.name))
}
