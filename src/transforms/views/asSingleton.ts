import { MAIN } from '../../core/node.ts'
import type { Bounds, CollectionHandle, Elements } from '../../core/pcollection.ts'
import { handleOf } from '../addNode.ts'
import type { NeedFindable, SideView } from '../sideInputs.ts'
import type { AnyCollection, Grouped, NeedFiring } from '../typeRules.ts'
import { listPanes, viewOf } from './viewOf.ts'

export interface SingletonOptions<D> {
  readonly name?: string
  /** What callbacks see where the window has no element; without it looking there throws SIDE_INPUT_EMPTY. */
  readonly default?: D
}

/**
 * The one value of a collection, by window.
 *
 *     readings.pipe(map((reading, { side }) => reading.value - side.mean, {
 *       sideInputs: { mean: asSingleton(readings.pipe(windowInto(tumbling(hours(1))), combineGlobally(mean())), { default: 0 }) },
 *     }))
 *
 * Of what combineGlobally or aggregateGlobally gave, also behind map, the latest pane is seen. Any other collection is
 * grouped as for asList, and looking into a window with several elements throws SIDE_INPUT_AMBIGUOUS.
 */
export function asSingleton<T, K, B extends Bounds, W extends string, D = never>(
  collection: Elements<T, K, B, W> & NeedFiring<B, W> & NeedFindable<W>,
  options: SingletonOptions<D> = {},
): SideView<T | D, Grouped<W>> {
  const { name } = options
  const fallback = 'default' in options ? { value: options.default } : undefined
  const hasOneRowPerPane = isGlobalPane(handleOf(collection, name ?? 'asSingleton'))
  const panes: AnyCollection = hasOneRowPerPane ? collection : listPanes(collection, 'asSingleton', name)
  return viewOf({ view: 'singleton', panes: hasOneRowPerPane ? 'one' : 'all', fallback }, panes)
}

/** True where each row is a pane of a grouping without keys, or one value that was made of it. */
function isGlobalPane({ graph, node: path, port }: Pick<CollectionHandle, 'graph' | 'node' | 'port'>): boolean {
  const node = graph.node(path)
  if (node === undefined || port !== MAIN) return false
  const { spec, inputs, outputs } = node
  if (spec.kind === 'group') return !spec.keyed && outputs[MAIN]?.keyed === false
  const [input] = inputs
  const keepsRows = spec.kind === 'parDo' && spec.form === 'map' && spec.sideInputs === undefined
  return keepsRows && input !== undefined && isGlobalPane({ graph, ...input })
}
