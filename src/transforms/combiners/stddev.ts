import type { CombineFn } from '../../core/combine.ts'
import { type VarianceAccumulator, type VarianceOptions, varianceWith } from './variance.ts'

/**
 * The standard deviation of a number of each element: the square root of `variance`, with the same options and rules.
 *
 * @example aggregate({ jitter: stddev((reading) => reading.ms) })
 */
export function stddev<T>(
  numberOf: (value: T) => number,
  options: VarianceOptions = {},
): CombineFn<T, VarianceAccumulator, number> {
  return varianceWith('stddev', numberOf, options, Math.sqrt)
}
