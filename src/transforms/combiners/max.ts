import { numberCoder } from '../../core/coders/numberCoder.ts'
import type { CombineFn } from '../../core/combine.ts'
import { numberColumn } from './numberColumn.ts'
import { itself, requireNumber } from './requireNumber.ts'

/**
 * The largest of a number of each element, as Math.max has it: NaN when any of them is NaN, -0 below 0, -Infinity for no
 * elements. The element itself is what maxBy answers.
 * Throws INVALID_RECORD where the function does not answer a number.
 *
 * @example aggregate({ largest: max((click) => click.ms) })
 */
export function max(): CombineFn<number, number, number>
export function max<T>(numberOf: (value: T) => number): CombineFn<T, number, number>
export function max<T>(numberOf: (value: T) => number = itself): CombineFn<T, number, number> {
  return {
    spec: { kind: 'max' },
    create: () => Number.NEGATIVE_INFINITY,
    add: (held, value) => Math.max(held, requireNumber(numberOf(value), 'max')),
    merge: (into, from) => Math.max(into, from),
    extract: (held) => held,
    copy: (held) => held,
    accumulatorCoder: numberCoder,
    column: () =>
      numberColumn(Number.NEGATIVE_INFINITY, (cells, slots, values, from, to) => {
        for (let row = from; row < to; row++) {
          const slot = slots[row] as number
          const value = requireNumber(numberOf(values[row] as T), 'max')
          const held = cells[slot] as number
          // Most values change nothing; Math.max decides about NaN and zeros.
          if (!(value < held)) cells[slot] = Math.max(held, value)
        }
      }),
  }
}
