import type { ElementContext, ErrorPolicy } from '../core/node.ts'
import type { Bounds, Elements } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { elementwise, type StepOptions } from './elementwise.ts'
import type { MayFail, NeedKey } from './typeRules.ts'

/**
 * Replaces each value of a keyed collection by what `fn` returns and keeps its key: `map`, for those who want to be told
 * when there is no key.
 *
 *     byPage.pipe(mapValues((click) => click.ms))
 */
export function mapValues<
  T,
  U,
  K,
  B extends Bounds = Bounds,
  W extends string = string,
  Policy extends ErrorPolicy = 'fail',
>(
  fn: (value: T, context: ElementContext<K>) => U,
  options?: StepOptions<NoInfer<U>, Policy>,
): Step<Elements<T, K, B, W> & NeedKey<K, 'mapValues'>, MayFail<Policy, U, K, B, W, T>> {
  return (input) => elementwise({ input, label: 'mapValues', form: 'map', needsKey: true, fn, options })
}
