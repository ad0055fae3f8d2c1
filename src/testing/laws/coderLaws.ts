/** The laws of coders (P27): whoever writes a Coder runs them over values of the kind it takes. */
import * as fc from 'fast-check'
import type { Coder } from '../../core/coder.ts'
import { compareBytes, compareEncoded } from '../../core/coders/compareEncoded.ts'
import { toTaggedJson } from '../../core/coders/taggedJson.ts'
import type { Law } from './law.ts'

export interface CoderLawOptions<T> {
  readonly runs?: number
  /** True when the order of the bytes is the order of the values. */
  readonly isOrdered?: boolean
  /** Pairs to compare; two of the values when left out. Give pairs that are often equal, or next to each other. */
  readonly pairs?: fc.Arbitrary<readonly [T, T]>
  /** What comes out for a value: itself, unless the coder knows equal values apart (keys: 0 for -0). */
  canonical?(value: T): T
}

/**
 * decode(encode(x)) = x; encoding leaves the value alone; for deterministic coders equal values give equal bytes and
 * different values different ones; for ordered coders bytes compare as values do. Values must be such that valueCoder
 * takes them, too, because that is how they are compared.
 *
 * @example for (const law of coderLaws(numberCoder, fc.double())) test(law.name, () => law.check())
 */
export function coderLaws<T>(
  coder: Coder<T>,
  values: fc.Arbitrary<T>,
  options: CoderLawOptions<T> = {},
): readonly Law[] {
  const canonical = options.canonical ?? ((value: T) => value)
  const law = <Input>(name: string, input: fc.Arbitrary<Input>, holds: (input: Input) => boolean): Law => ({
    name,
    check: () => fc.assert(fc.property(input, holds), { numRuns: options.runs ?? 200 }),
  })
  const laws = [
    law('what is decoded is what was encoded', values, (value) => {
      const before = shown(value)
      const bytes = coder.encode(value)
      const after = coder.decode(bytes)
      return shown(value) === before && compareEncoded(after, canonical(value)) === 0
    }),
    law('encoding what was decoded gives the same bytes', values, (value) => {
      const bytes = coder.encode(value)
      return compareBytes(coder.encode(coder.decode(bytes)), bytes) === 0
    }),
  ]
  const pairs = options.pairs ?? fc.tuple(values, values)
  if (coder.isDeterministic) {
    laws.push(
      law('values are equal exactly when their bytes are', pairs, ([a, b]) => {
        const areEqual = compareEncoded(canonical(a), canonical(b)) === 0
        return areEqual === (compareBytes(coder.encode(a), coder.encode(b)) === 0)
      }),
    )
  }
  if (options.isOrdered === true) {
    laws.push(
      law('bytes are in the order of the values', pairs, ([a, b]) => {
        const order = compareEncoded(canonical(a), canonical(b))
        return Math.sign(order) === Math.sign(compareBytes(coder.encode(a), coder.encode(b)))
      }),
    )
  }
  return laws
}

function shown(value: unknown): string {
  return JSON.stringify(toTaggedJson(value, 'kept'))
}
