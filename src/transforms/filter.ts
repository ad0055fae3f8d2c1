import type { ErrorPolicy } from '../core/node.ts'
import type { Bounds, Elements, PCollection } from '../core/pcollection.ts'
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
import type { AnyCollection, KeyOf, MayFail } from './typeRules.ts'

type Falsy = null | undefined | false | 0 | 0n | ''

/**
 * Keeps the elements for which `fn` is true. A type guard narrows the values' type.
 *
 *     logins.pipe(filter((login) => !login.ok))
 *     events.pipe(filter((event): event is Purchase => event.kind === 'purchase'))
 *     words.pipe(filter(Boolean))
 *
 * With `onError: 'output'` elements for which `fn` throws are in the result's `failed`.
 */
export function filter<T, K = never, B extends Bounds = Bounds, W extends string = string>(
  fn: BooleanConstructor,
  options?: StepOptions<NoInfer<T>, 'fail'>,
): Step<Elements<T, K, B, W>, PCollection<Exclude<T, Falsy>, K, B, W>>
export function filter<
  T,
  U extends T,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  Policy extends ErrorPolicy = 'fail',
  S extends SideViews = NoSides,
>(
  fn: (value: T, context: StepContext<KeyOf<K>, S>) => value is U,
  options?: StepOptions<NoInfer<T>, Policy> & SideInputOptions<S>,
): Step<Elements<T, K, B, W> & NeedSideWindows<W, S>, WithSideInputs<MayFail<Policy, U, K, B, W, T>, T, K, B, S>>
export function filter<
  T,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  Policy extends ErrorPolicy = 'fail',
  S extends SideViews = NoSides,
>(
  fn: (value: T, context: StepContext<KeyOf<K>, S>) => boolean,
  options?: StepOptions<NoInfer<T>, Policy> & SideInputOptions<S>,
): Step<Elements<T, K, B, W> & NeedSideWindows<W, S>, WithSideInputs<MayFail<Policy, T, K, B, W, T>, T, K, B, S>>
export function filter(
  fn: (...args: never[]) => boolean,
  options?: StepOptions<unknown> & SideInputOptions<SideViews>,
): Step<never, unknown> {
  return (input: AnyCollection) =>
    elementwise({ input, label: 'filter', form: 'filter', fn, options, sideInputs: options?.sideInputs })
}
