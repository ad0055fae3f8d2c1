import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Coder } from '../../src/core/coder.ts'
import { compareEncoded, compareText, sortedValues } from '../../src/core/coders/compareEncoded.ts'
import { canonicalKey, canonicalKeyId, keyCoder } from '../../src/core/coders/keyCoder.ts'
import { numberCoder } from '../../src/core/coders/numberCoder.ts'
import { fromTaggedJson, toTaggedJson } from '../../src/core/coders/taggedJson.ts'
import { valueCoder, valueId } from '../../src/core/coders/valueCoder.ts'
import { entryKey, ownerIn } from '../../src/state/savedRecord.ts'
import { type CoderLawOptions, coderLaws } from '../../src/testing/laws/coderLaws.ts'
import { encodableValues, keys, numbers, pairsOf, texts } from '../coders/encodableValues.ts'

// P27: decode(encode(x)) = x; equal keys encode equally; the encoded order of keys is the value order.
const RUNS = 300 * Number(process.env.TIDEMARK_RUNS ?? 1)

function checkLaws<T>(coder: Coder<T>, values: fc.Arbitrary<T>, options: CoderLawOptions<T> = {}): void {
  describe(`${coder.id}:`, () => {
    for (const law of coderLaws(coder, values, { ...options, runs: RUNS })) test(law.name, () => law.check())
  })
}

checkLaws(keyCoder, keys, { isOrdered: true, canonical: canonicalKey, pairs: pairsOf(keys) })
checkLaws(valueCoder, encodableValues)
checkLaws(numberCoder, fc.oneof(numbers, fc.constant(Number.NaN)))

test('the identity of a key is that of its bytes, and both sort as the keys do', () => {
  const seen = { equal: 0, less: 0, sameKind: 0 }
  fc.assert(
    fc.property(pairsOf(keys), ([a, b]) => {
      const order = compareEncoded(canonicalKey(a), canonicalKey(b))
      if (order === 0) seen.equal++
      else seen.less++
      if (order !== 0 && typeof a === typeof b) seen.sameKind++
      const [left, right] = [canonicalKeyId(a), canonicalKeyId(b)]
      expect(left < right ? -1 : left > right ? 1 : 0).toBe(Math.sign(order))
    }),
    { numRuns: RUNS },
  )
  expect(Math.min(seen.equal, seen.less, seen.sameKind)).toBeGreaterThan(0)
})

test('the key of a record in a checkpoint is that of its window and key', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), keys, (start, end, key) => {
      const encoded = entryKey(keyCoder.encode([start, end]), key)
      expect(encoded).toEqual(keyCoder.encode([start, end, key]))
      expect(ownerIn(encoded)).toEqual([start, end, canonicalKey(key)])
    }),
    { numRuns: RUNS },
  )
})

test('two values have one identity exactly when they are equal in the order of encoded values', () => {
  const seen = { equal: 0, different: 0 }
  fc.assert(
    fc.property(pairsOf(encodableValues), ([a, b]) => {
      const areEqual = compareEncoded(a, b) === 0
      seen[areEqual ? 'equal' : 'different']++
      expect(Object.is(valueId(a), valueId(b))).toBe(areEqual)
      // What was sorted on the way still stands for the same value.
      expect(compareEncoded(fromTaggedJson(toTaggedJson(a, 'sorted')), a)).toBe(0)
    }),
    { numRuns: RUNS },
  )
  expect(Math.min(seen.equal, seen.different)).toBeGreaterThan(0)
})

test('a zero keeps its sign wherever it stands in a value', () => {
  let nested = 0
  const zeros = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthSize: 'large' },
      fc.constantFrom<unknown>(-0, 0),
      tie('value').map((value) => [value, 1]),
      tie('value').map((value) => ({ a: value })),
      tie('value').map((value) => new Map([[value, value]])),
    ),
  })).value
  fc.assert(
    fc.property(zeros, (value) => {
      if (typeof value !== 'number') nested++
      expect(valueCoder.decode(valueCoder.encode(value))).toStrictEqual(value)
    }),
    { numRuns: RUNS },
  )
  expect(nested).toBeGreaterThan(0)
})

test('the order of encoded values is a total order', () => {
  fc.assert(
    fc.property(encodableValues, encodableValues, encodableValues, (a, b, c) => {
      const [first, , last] = sortedValues([a, b, c])
      expect(compareEncoded(first, last)).toBeLessThanOrEqual(0)
      expect(Math.sign(compareEncoded(a, b))).toBe(0 - Math.sign(compareEncoded(b, a)))
    }),
    { numRuns: RUNS },
  )
})

test('strings are ordered by code point', () => {
  let differs = 0
  const points = (text: string): number[] => Array.from(text, (char) => char.codePointAt(0) as number)
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      const order = Math.sign(compareText(a, b))
      if (order > 0 !== a > b) differs++
      expect(order).toBe(Math.sign(compareEncoded(points(a), points(b))))
    }),
    { numRuns: 5 * RUNS },
  )
  expect(differs).toBeGreaterThan(0)
})
