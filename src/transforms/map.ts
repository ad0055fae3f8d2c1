import type { ElementContext, ErrorPolicy } from '../core/node.ts'
import type { Bounds, Elements } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { elementwise, type StepOptions } from './elementwise.ts'
import type { KeyOf, MayFail } from './typeRules.ts'

/**
 * Replaces each value by what `fn` returns. Key, timestamp, window and pane stay, and withdrawals are mapped as
 * additions are, so `fn` must give equal results for equal elements (R74).
 *
 *     totals.pipe(map(({ views }, { key, window }) => ({ page: key, views, since: window?.start })))
 *
 * With `onError: 'output'` elements for which `fn` throws are in the result's `failed`.
 */
export function map<
  T,
  U,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  Policy extends ErrorPolicy = 'fail',
>(
  fn: (value: T, context: ElementContext<KeyOf<K>>) => U,
  options?: StepOptions<NoInfer<U>, Policy>,
): Step<Elements<T, K, B, W>, MayFail<Policy, U, K, B, W, T>> {
  return (input) => elementwise({ input, label: 'map', form: 'map', fn, options })
}
