import type { ErrorPolicy } from '../core/node.ts'
import type { Bounds, Elements } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import type { StatefulContext } from '../core/stateful.ts'
import { value as valueCell } from '../state/cells/value.ts'
import { current } from '../state/drafts.ts'
import {
  type AnyDefinition,
  type Stateful,
  type StatefulStepOptions,
  type StateVersion,
  statefulNode,
  versionOf,
} from './stateful.ts'
import type { NeedAligned, NeedKey } from './typeRules.ts'

/**
 * Gives the state of the element's key and window after each element: what `update` makes of the state before it, which
 * it returns and does not change.
 *
 *     orders.pipe(
 *       keyBy((order) => order.customer),
 *       updateStateByKey(() => 0, (total, order) => total + order.amount),
 *     )
 */
export function updateStateByKey<
  T,
  S,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  Policy extends ErrorPolicy = 'fail',
>(
  initial: () => S,
  update: (state: NoInfer<S>, value: T, context: StatefulContext<K>) => NoInfer<S>,
  options: StatefulStepOptions<Policy, NoInfer<S>> & StateVersion<NoInfer<S>> = {},
): Step<
  Elements<T, K, B, W> & NeedKey<K, 'updateStateByKey'> & NeedAligned<W, 'updateStateByKey'>,
  Stateful<Policy, S, K, B, W, T>
> {
  const definition: AnyDefinition = {
    ...options,
    cells: { state: valueCell<S>(initial, versionOf<S>(options)) },
    onElement: (cells, value, context) => {
      // The one cell that is declared above, and elements that the compiler has checked.
      const state = cells as { state: S }
      state.state = update(current(state.state), value as T, context as StatefulContext<K>)
      return [current(state.state)]
    },
  }
  return (input) => statefulNode(input, 'updateStateByKey', definition)
}
