/** The pipeline of the engine's examples: scores per key and window, summed. */
import type { TriggerCause } from '../../src/core/trigger.ts'
import type { WindowFn } from '../../src/core/window.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { type TestInput, type Verification, verify } from '../../src/testing/verify.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { mapValues } from '../../src/transforms/mapValues.ts'
import { type Pipeline, pipeline } from '../../src/transforms/pipeline.ts'
import { type WindowOptionsOf, windowInto } from '../../src/transforms/windowInto.ts'

export type Score = readonly [key: string, score: number]

type Shape = WindowFn<unknown>['shape']

/** Steps from scores to the sums of each key and window, named 'sum'. */
export function summing<V extends string, S extends Shape, C extends TriggerCause = TriggerCause>(
  windowFn: WindowFn<number, V> & { readonly shape: S },
  options?: WindowOptionsOf<S, C>,
) {
  return (scores: TestInput<Score>) =>
    scores.pipe(
      keyBy(([key]) => key),
      mapValues(([, score]) => score),
      windowInto(windowFn, options),
      combinePerKey(sum(), { name: 'sum' }),
    )
}

/** The sums of `['a', 5]`-like elements in windows, in all five modes. */
export function sums<V extends string, S extends Shape, C extends TriggerCause = TriggerCause>(
  windowFn: WindowFn<number, V> & { readonly shape: S },
  options?: WindowOptionsOf<S, C>,
): Verification {
  return verify(summing(windowFn, options))
}

/** A read for scripts: its source is empty, and every element has its timestamp from the script. */
export function scores<T = Score>(p: Pipeline = pipeline('test'), name = 'scores'): TestInput<T> {
  return p.read(fromIterable<T>([]), { name, timestamp: () => 0 })
}
