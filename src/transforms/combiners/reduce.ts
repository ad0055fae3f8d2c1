import { valueCoderOf } from '../../core/coders/valueCoder.ts'
import type { CombineFn } from '../../core/combine.ts'

/** What the elements were reduced to; null for none. Never changed, only replaced. */
export type Reduced<T> = { readonly value: T } | null

/**
 * Two elements become one of the same type, until one is left. The function must be associative and commutative: the
 * order in which elements meet is not defined. It must not change its arguments. Undefined for no elements.
 *
 * @example combinePerKey(reduce((a, b) => ({ ...a, km: a.km + b.km })))
 */
export function reduce<T>(both: (a: T, b: T) => T): CombineFn<T, Reduced<T>, T | undefined> {
  return {
    spec: { kind: 'reduce' },
    create: () => null,
    add: (held, value) => ({ value: held === null ? value : both(held.value, value) }),
    merge: (into, from) => (into === null || from === null ? (into ?? from) : { value: both(into.value, from.value) }),
    extract: (held) => held?.value,
    copy: (held) => held,
    accumulatorCoder: valueCoderOf(),
  }
}
