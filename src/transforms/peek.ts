import type { ElementContext, ErrorPolicy } from '../core/node.ts'
import type { Bounds, Elements } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { elementwise, type StepOptions } from './elementwise.ts'
import type { KeyOf, MayFail } from './typeRules.ts'

/**
 * Shows each element to `fn` and passes it on unchanged. `fn` also sees withdrawals (`context.isRetraction`), and
 * elements again that are processed again after a restore: it is for looking, not for results.
 *
 *     orders.pipe(peek((order, { timestamp }) => console.log(timestamp, order.id)))
 */
export function peek<
  T,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  Policy extends ErrorPolicy = 'fail',
>(
  fn: (value: T, context: ElementContext<KeyOf<K>>) => void,
  options?: StepOptions<NoInfer<T>, Policy>,
): Step<Elements<T, K, B, W>, MayFail<Policy, T, K, B, W, T>> {
  return (input) => elementwise({ input, label: 'peek', form: 'peek', fn, options })
}
