import type { Bounds, Elements } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import type { Aggregates } from './aggregate.ts'
import type { GlobalPanes } from './combineGlobally.ts'
import { record } from './combiners/record.ts'
import { grouping } from './grouping.ts'
import type { NeedFiring } from './typeRules.ts'

/**
 * Combines all values of each window in several ways at once, whatever keys they have. The result has one field per
 * combiner, and no key.
 *
 *     clicks.pipe(windowInto(tumbling(minutes(5))), aggregateGlobally({ views: count(), slowest: max((c) => c.ms) }))
 */
export function aggregateGlobally<T, R extends object, K = never, B extends Bounds = Bounds, W extends string = string>(
  combiners: Aggregates<T, R>,
  options?: { readonly name?: string },
): Step<Elements<T, K, B, W> & NeedFiring<B, W>, GlobalPanes<R, T, K, B, W>> {
  return (input) =>
    grouping({ input, label: 'aggregateGlobally', name: options?.name, keyed: false, combine: record(combiners) })
}
