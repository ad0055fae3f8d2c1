import type { ErrorPolicy } from '../core/node.ts'
import type { Bounds, Elements } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { elementwise, type StepOptions } from './elementwise.ts'
import type {
  NeedSideWindows,
  NoSides,
  SideInputOptions,
  SideViews,
  StepContext,
  WithSideInputs,
} from './sideInputs.ts'
import type { KeyOf, MayFail } from './typeRules.ts'

/**
 * Replaces each value by what `fn` returns. Key, timestamp, window and pane stay, and withdrawals are mapped as
 * additions are, so `fn` must give equal results for equal elements (R74).
 *
 *     totals.pipe(map(({ views }, { key, window }) => ({ page: key, views, since: window?.start })))
 *
 * With `sideInputs` the callback also looks into other collections, by `context.side`:
 *
 *     totals.pipe(map((total, { side }) => total / side.limit, { sideInputs: { limit: asSingleton(limits) } }))
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
  S extends SideViews = NoSides,
>(
  fn: (value: T, context: StepContext<KeyOf<K>, S>) => U,
  options?: StepOptions<NoInfer<U>, Policy> & SideInputOptions<S>,
): Step<Elements<T, K, B, W> & NeedSideWindows<W, S>, WithSideInputs<MayFail<Policy, U, K, B, W, T>, T, K, B, S>> {
  return (input) => elementwise({ input, label: 'map', form: 'map', fn, options, sideInputs: options?.sideInputs })
}
