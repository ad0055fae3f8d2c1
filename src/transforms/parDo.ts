import type { ErrorPolicy, Lifecycle } from '../core/node.ts'
import type { Bounds, Elements } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { checkFunction, elementwise } from './elementwise.ts'
import type { FlatMapOptions, FlatMapped, MainOf, NeedSides } from './flatMap.ts'
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
 * A flatMap with a life cycle. `setup` runs before the first element of a run and `teardown` after the last, also when
 * the run fails; `startBundle` and `finishBundle` run around each bundle, which is a matter of latency only: results
 * must not hang on them.
 */
export interface ParDo<T, Y, K, S extends SideViews = NoSides> extends Lifecycle {
  /** Returns or yields the values that the element becomes, `tagged(name, value)` for side outputs. */
  process(value: T, context: StepContext<K, S>): Iterable<Y> | undefined
  /**
   * True when `process` gives equal results for equal elements, so that a withdrawal takes back exactly what the
   * addition gave (R74). Without it a collection with retracting panes is refused.
   */
  readonly acceptsRetractions?: boolean
}

/**
 * Processes elements with something that must be opened and closed.
 *
 *     const geo = new Lookup()
 *     visits.pipe(
 *       parDo({
 *         setup: () => geo.open('cities.db'),
 *         *process(visit) { yield { ...visit, city: geo.find(visit.ip) } },
 *         teardown: () => geo.close(),
 *       }),
 *     )
 *
 * Functions may be called again for elements that are processed again after a restore.
 */
export function parDo<
  T,
  Y,
  K = never,
  B extends Bounds = Bounds,
  W extends string = string,
  Policy extends ErrorPolicy = 'fail',
  const Names extends string = never,
  S extends SideViews = NoSides,
>(
  definition: ParDo<T, Y, KeyOf<K>, S>,
  options?: FlatMapOptions<NoInfer<MainOf<Y>>, Policy, Names> & SideInputOptions<S>,
): Step<
  Elements<T, K, B, W> & NeedSides<Y, Names> & NeedSideWindows<W, S>,
  WithSideInputs<FlatMapped<MayFail<Policy, MainOf<Y>, K, B, W, T>, Y, Names, K, B, W>, T, K, B, S>
> {
  checkFunction(options?.name ?? 'parDo', 'process', definition.process)
  return (input) =>
    elementwise({
      input,
      label: 'parDo',
      form: 'flatMap',
      fn: definition.process.bind(definition),
      options,
      sides: options?.sides,
      sideInputs: options?.sideInputs,
      lifecycle: {
        setup: () => definition.setup?.(),
        startBundle: () => definition.startBundle?.(),
        finishBundle: () => definition.finishBundle?.(),
        teardown: () => definition.teardown?.(),
      },
      acceptsRetractions: definition.acceptsRetractions ?? false,
    })
}
