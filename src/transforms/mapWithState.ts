import type { ErrorPolicy } from '../core/node.ts'
import type { Bounds, Elements } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import type { StatefulContext } from '../core/stateful.ts'
import {
  type AnyDefinition,
  type Stateful,
  type StatefulStepOptions,
  type StateVersion,
  statefulNode,
} from './stateful.ts'
import type { ValueState } from './stateTypes.ts'
import type { NeedAligned, NeedKey } from './typeRules.ts'

/**
 * Gives one value for each element, with a state that is kept for each key and window and edited in place.
 *
 *     readings.pipe(
 *       keyBy((reading) => reading.sensor),
 *       mapWithState(() => ({ last: 0 }), (state, reading) => {
 *         const change = reading.value - state.last
 *         state.last = reading.value
 *         return { ...reading, change }
 *       }),
 *     )
 *
 * Order of arrival counts: `timeSorted: true` takes the elements of a key in event-time order (R87). For timers, several
 * cells and times to live, use `stateful`.
 */
export function mapWithState<
  T,
  S extends object,
  U,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  Policy extends ErrorPolicy = 'fail',
>(
  initial: () => S,
  fn: (state: ValueState<NoInfer<S>>, value: T, context: StatefulContext<K>) => U,
  options?: StatefulStepOptions<Policy, NoInfer<U>> & StateVersion<NoInfer<S>>,
): Step<
  Elements<T, K, B, W> & NeedKey<K, 'mapWithState'> & NeedAligned<W, 'mapWithState'>,
  Stateful<Policy, U, K, B, W, T>
> {
  const definition: AnyDefinition = {
    ...options,
    initial,
    // The state and elements that it is given are those that the compiler has checked.
    onElement: (state, value, context) => [fn(state, value as T, context as StatefulContext<K>)],
  }
  return (input) => statefulNode(input, 'mapWithState', definition)
}
