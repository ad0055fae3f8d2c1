import type { Combiner } from '../core/combine.ts'
import type { Bounds, Elements, Panes } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { grouping } from './grouping.ts'
import type { Grouped, NeedFiring, NeedKey } from './typeRules.ts'

/**
 * Combines the values of each key and window by one CombineFn.
 *
 *     clicks.pipe(keyBy((click) => click.page), windowInto(tumbling(minutes(5))), combinePerKey(count()))
 */
export function combinePerKey<T, O, K, B extends Bounds = Bounds, W extends string = string>(
  combine: Combiner<T, O>,
  options?: { readonly name?: string },
): Step<Elements<T, K, B, W> & NeedKey<K, 'combinePerKey'> & NeedFiring<B, W>, Panes<O, K, B, Grouped<W>, T>> {
  return (input) => grouping({ input, label: 'combinePerKey', name: options?.name, keyed: true, combine })
}
