import type { Bounds, Elements } from '../../core/pcollection.ts'
import type { NeedFindable, SideView } from '../sideInputs.ts'
import type { Grouped, NeedFiring } from '../typeRules.ts'
import { listPanes, viewOf } from './viewOf.ts'

/**
 * All values of a collection, by window, as a list in the order of (timestamp, encoded value) (R111).
 *
 *     comments.pipe(filter((comment, { side }) => !side.blocked.includes(comment.user), {
 *       sideInputs: { blocked: asList(blockedUsers) },
 *     }))
 *
 * The collection is grouped as its windowing says, and each of its panes takes the place of the one before: an
 * accumulating pane holds all elements so far, a discarding one those since the last. One pane, at the end of the window,
 * is what there is without a trigger.
 */
export function asList<T, K, B extends Bounds, W extends string>(
  collection: Elements<T, K, B, W> & NeedFiring<B, W> & NeedFindable<W>,
  options?: { readonly name?: string },
): SideView<readonly T[], Grouped<W>> {
  return viewOf({ view: 'list', panes: 'all', fallback: undefined }, listPanes(collection, 'asList', options?.name))
}
