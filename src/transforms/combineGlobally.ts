import type { Combiner } from '../core/combine.ts'
import type { Bounds, Elements, Panes, PCollection } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { grouping } from './grouping.ts'
import type { Grouped, NeedFiring } from './typeRules.ts'

/**
 * Combines all values of each window by one CombineFn, whatever keys they have. The result has no key.
 *
 *     clicks.pipe(windowInto(tumbling(minutes(5))), combineGlobally(count()))
 */
export function combineGlobally<T, O, K = never, B extends Bounds = Bounds, W extends string = string>(
  combine: Combiner<T, O>,
  options?: { readonly name?: string },
): Step<Elements<T, K, B, W> & NeedFiring<B, W>, GlobalPanes<O, T, K, B, W>> {
  return (input) => grouping({ input, label: 'combineGlobally', name: options?.name, keyed: false, combine })
}

/** Panes without a key, beside dropped elements that still have theirs. */
export type GlobalPanes<O, T, K, B extends Bounds, W extends string> = [K] extends [never]
  ? Panes<O, never, B, Grouped<W>, T>
  : PCollection<O, never, B, Grouped<W>> & Pick<Panes<O, K, B, Grouped<W>, T>, 'late'>
