import type { CombineFn } from '../../core/combine.ts'
import { bestOf, type Held } from './bestOf.ts'

/**
 * The first element, or what a function makes of it, by event time: never by arrival. Equal timestamps are told apart by
 * the encoded value of what is answered (R111), so that the result is the same in every order. Undefined for no elements.
 * Throws NOT_ENCODABLE where two different values that cannot be encoded have one timestamp.
 *
 * @example aggregate({ opened: first((trade) => trade.price) })
 */
export function first<T>(): CombineFn<T, Held<T> | null, T | undefined>
export function first<T, U>(pick: (value: T) => U): CombineFn<T, Held<U> | null, U | undefined>
export function first<T>(pick: (value: T) => unknown = (value) => value): CombineFn<T, Held<unknown> | null, unknown> {
  return bestOf({ spec: { kind: 'first' }, rankOf: () => 0, tie: 'first', pick })
}
