import { numberCoder } from '../../core/coders/numberCoder.ts'
import type { CombineFn } from '../../core/combine.ts'
import { numberColumn } from './numberColumn.ts'
import { itself, requireNumber } from './requireNumber.ts'

/**
 * The smallest of a number of each element, as Math.min has it: NaN when any of them is NaN, -0 below 0, Infinity for no
 * elements. The element itself is what minBy answers.
 * Throws INVALID_RECORD where the function does not answer a number.
 *
 * @example aggregate({ smallest: min((click) => click.ms) })
 */
export function min(): CombineFn<number, number, number>
export function min<T>(numberOf: (value: T) => number): CombineFn<T, number, number>
export function min<T>(numberOf: (value: T) => number = itself): CombineFn<T, number, number> {
  return {
    spec: { kind: 'min' },
    create: () => Number.POSITIVE_INFINITY,
    add: (held, value) => Math.min(held, requireNumber(numberOf(value), 'min')),
    merge: (into, from) => Math.min(into, from),
    extract: (held) => held,
    copy: (held) => held,
    accumulatorCoder: numberCoder,
    column: () =>
      numberColumn(Number.POSITIVE_INFINITY, (cells, slots, values, from, to) => {
        for (let row = from; row < to; row++) {
          const slot = slots[row] as number
          const value = requireNumber(numberOf(values[row] as T), 'min')
          const held = cells[slot] as number
          // Most values change nothing; Math.min decides about NaN and zeros.
          if (!(value > held)) cells[slot] = Math.min(held, value)
        }
      }),
  }
}
