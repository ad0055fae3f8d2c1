import type { Bounds, Elements } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { type Flattened, flattenAll, type KeysOf, type WindowsOf } from './flatten.ts'
import type { AnyCollection, SameKeying, SameWindow } from './typeRules.ts'

/**
 * `flatten` as a step: adds the elements of other collections.
 *
 *     clicks.pipe(flattenWith(taps, swipes), keyBy((event) => event.user))
 */
export function flattenWith<
  Others extends readonly AnyCollection[],
  T,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
>(
  ...others: Others
): Step<
  Elements<T, K, B, W> & SameWindow<W, WindowsOf<Others[number]>> & SameKeying<K, KeysOf<Others[number]>>,
  Flattened<T, K, B, W, Others>
> {
  return (input) => flattenAll([input, ...others], undefined)
}
