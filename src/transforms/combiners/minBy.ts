import type { CombineFn } from '../../core/combine.ts'
import { bestOf, type Held } from './bestOf.ts'
import { requireNumber } from './requireNumber.ts'

/**
 * The element with the smallest number. Among equals it is the first by (timestamp, encoded value), never by arrival
 * (R111); NaN loses to every number. Undefined for no elements.
 * Throws INVALID_RECORD where the function does not answer a number, and NOT_ENCODABLE where two different elements that
 * cannot be encoded have one number and one timestamp.
 *
 * @example aggregate({ cheapest: minBy((bid) => bid.price) })
 */
export function minBy<T>(rankOf: (value: T) => number): CombineFn<T, Held<T> | null, T | undefined> {
  return bestOf({
    spec: { kind: 'minBy' },
    // Adding 0 makes 0 of -0: they are equal here.
    rankOf: (value: T) => requireNumber(rankOf(value), 'minBy') + 0,
    tie: 'first',
    pick: (value: T) => value,
  })
}
