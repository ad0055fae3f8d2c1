import type { Bounds, Elements, Panes } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { toList } from './combiners/toList.ts'
import { grouping } from './grouping.ts'
import type { Grouped, NeedFiring, NeedKey } from './typeRules.ts'

/**
 * Collects the values of each key and window into a list, ordered by timestamp, then by encoded value: the order of
 * arrival does not show (R111). `late` has the elements that came too late, each with its reason.
 *
 *     clicks.pipe(keyBy((click) => click.page), windowInto(tumbling(minutes(5))), groupByKey())
 *
 * `aggregate` and `combinePerKey` keep a small accumulator instead of all values: prefer them.
 */
export function groupByKey<T, K, B extends Bounds = Bounds, W extends string = string>(options?: {
  readonly name?: string
}): Step<Elements<T, K, B, W> & NeedKey<K, 'groupByKey'> & NeedFiring<B, W>, Panes<readonly T[], K, B, Grouped<W>, T>> {
  return (input) =>
    grouping({ input, label: 'groupByKey', name: options?.name, keyed: true, combine: toList<unknown>() })
}
