import type { ErrorPolicy, TaggedOutput } from '../core/node.ts'
import type { Bounds, Elements, Refused, Sides } from '../core/pcollection.ts'
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

export interface FlatMapOptions<U, Policy extends ErrorPolicy, Names extends string> extends StepOptions<U, Policy> {
  /** Names of the side outputs that `fn` reaches with `tagged(name, value)`. */
  readonly sides?: readonly Names[]
}

type Tagged = TaggedOutput<string, unknown>

/** The tags among the values that a flatMap yields. */
type TagOf<Y> = Y extends TaggedOutput<infer Tag, unknown> ? Tag : never

/** The values yielded to the main output. */
export type MainOf<Y> = Exclude<Y, Tagged>

/** The values yielded to each side output. */
export type SidesOf<Y, Names extends string> = {
  readonly [Name in Names]: Y extends TaggedOutput<Name, infer V> ? V : never
}

/** What a flatMap gives: its main output, with `sides` where it named some. */
export type FlatMapped<Main, Y, Names extends string, K, B extends Bounds, W extends string> = [Names] extends [never]
  ? Main
  : Main & Sides<SidesOf<Y, Names>, K, B, W>

/** Every yielded tag must be one of the declared names. */
export type NeedSides<Y, Names extends string> = [Exclude<TagOf<Y>, Names>] extends [never]
  ? unknown
  : Refused<`the side output '${Exclude<TagOf<Y>, Names>}' is not declared: add it to the option sides`>

/**
 * Gives any number of values for each: those that `fn` returns as an iterable, or yields as a generator. All keep the
 * element's key, timestamp, window and pane. `undefined` is no value at all.
 *
 *     lines.pipe(flatMap((line) => line.split(' ')))
 *
 * Yield `tagged(name, value)` to send a value to a side output:
 *
 *     const { sides } = lines.pipe(
 *       flatMap(function* (line) {
 *         if (line.startsWith('#')) yield tagged('comments', line)
 *         else yield JSON.parse(line)
 *       }, { sides: ['comments'] }),
 *     )
 *     sides.comments.pipe(write(...))
 *
 * Outputs count only when the whole iterable has been walked: if it throws midway, none of them do (R118).
 */
export function flatMap<
  T,
  Y,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  Policy extends ErrorPolicy = 'fail',
  const Names extends string = never,
  S extends SideViews = NoSides,
>(
  fn: (value: T, context: StepContext<KeyOf<K>, S>) => Iterable<Y> | undefined,
  options?: FlatMapOptions<NoInfer<MainOf<Y>>, Policy, Names> & SideInputOptions<S>,
): Step<
  Elements<T, K, B, W> & NeedSides<Y, Names> & NeedSideWindows<W, S>,
  WithSideInputs<FlatMapped<MayFail<Policy, MainOf<Y>, K, B, W, T>, Y, Names, K, B, W>, T, K, B, S>
> {
  return (input) =>
    elementwise({
      input,
      label: 'flatMap',
      form: 'flatMap',
      fn,
      options,
      sides: options?.sides,
      sideInputs: options?.sideInputs,
    })
}
