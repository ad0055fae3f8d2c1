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
 * Gives any number of values for each element, returned or yielded, with a state that is kept for each key and window and
 * edited in place.
 *
 *     logins.pipe(
 *       keyBy((login) => login.user),
 *       flatMapWithState(() => ({ failures: 0 }), function* (state, login, { key }) {
 *         state.failures = login.ok ? 0 : state.failures + 1
 *         if (state.failures === 3) yield key
 *       }),
 *     )
 */
export function flatMapWithState<
  T,
  S extends object,
  U,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  Policy extends ErrorPolicy = 'fail',
>(
  initial: () => S,
  fn: (state: ValueState<NoInfer<S>>, value: T, context: StatefulContext<K>) => Iterable<U> | undefined,
  options?: StatefulStepOptions<Policy, NoInfer<U>> & StateVersion<NoInfer<S>>,
): Step<
  Elements<T, K, B, W> & NeedKey<K, 'flatMapWithState'> & NeedAligned<W, 'flatMapWithState'>,
  Stateful<Policy, U, K, B, W, T>
> {
  const definition: AnyDefinition = {
    ...options,
    initial,
    // The state and elements that it is given are those that the compiler has checked.
    onElement: (state, value, context) => fn(state, value as T, context as StatefulContext<K>),
  }
  return (input) => statefulNode(input, 'flatMapWithState', definition)
}
