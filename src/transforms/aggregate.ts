import type { Combiner } from '../core/combine.ts'
import type { Bounds, Elements, Panes } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { record } from './combiners/record.ts'
import { grouping } from './grouping.ts'
import type { Grouped, NeedFiring, NeedKey } from './typeRules.ts'

/**
 * Combiners by the name of their result. The compiler infers R from the first part, and from the second T, where no pipe
 * around the step gives it.
 */
export type Aggregates<T, R> = { readonly [Name in keyof R]: Combiner<T, R[Name]> } & {
  readonly [name: string]: Combiner<T, unknown>
}

/**
 * Combines the values of each key and window in several ways at once: the result has one field per combiner.
 *
 *     clicks.pipe(
 *       keyBy((click) => click.page),
 *       windowInto(tumbling(minutes(5))),
 *       aggregate({ views: count(), slowest: max((click) => click.ms) }),
 *     )
 */
export function aggregate<T, R extends object, K, B extends Bounds = Bounds, W extends string = string>(
  combiners: Aggregates<T, R>,
  options?: { readonly name?: string },
): Step<Elements<T, K, B, W> & NeedKey<K, 'aggregate'> & NeedFiring<B, W>, Panes<R, K, B, Grouped<W>, T>> {
  return (input) =>
    grouping({ input, label: 'aggregate', name: options?.name, keyed: true, combine: record(combiners) })
}
