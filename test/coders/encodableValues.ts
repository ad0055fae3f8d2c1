/** Values that the key coder and the value coder take, near each other often enough to be equal or neighbours. */
import fc from 'fast-check'

const NUMBERS = [0, -0, 1, -1, 2, 2 ** 53, -(2 ** 53), 0.5, 5e-324, -5e-324, 1.7976931348623157e308]
const BIGINTS = [0n, 1n, -1n, 255n, 256n, -255n, -256n, 2n ** 53n, 2n ** 64n, -(2n ** 64n)]
const TEXTS = [
  '',
  'a',
  'b',
  'a\u0000',
  'a\u0001',
  '\u007f',
  '\u0080',
  '\u07ff',
  '\u0800',
  '\uffff',
  '\u{10000}',
  '\u{10ffff}',
]
const LONE_SURROGATES = ['\ud800', '\ud800\uffff', '\udc00', 'a\udbff', '\udc00\ud800', '\ud800a']
const FIELDS = ['a', 'b', '', '1', '__proto__', '$', '$bigint', '\ue000', '\u{10000}']

const text = fc.oneof(fc.constantFrom(...TEXTS, ...LONE_SURROGATES), fc.string({ unit: 'binary', maxLength: 3 }))
const date = fc.integer({ min: -3, max: 3 }).map((time) => new Date(time))
const bytes = fc.array(fc.constantFrom(0, 1, 254, 255), { maxLength: 3 }).map((items) => Uint8Array.from(items))

/** Numbers but NaN. */
export const numbers = fc.oneof(fc.constantFrom(...NUMBERS, Infinity, -Infinity), fc.double({ noNaN: true }))
const scalar = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, false),
  numbers,
  fc.constantFrom(...BIGINTS),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  text,
)

/** Everything that can be a key, nested up to three deep. */
export const keys: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  key: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    date,
    bytes,
    fc.array(tie('key'), { maxLength: 3 }),
    objectOf(tie('key')),
  ),
})).key

/** Everything that the value coder takes, nested up to three deep. */
export const encodableValues: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(scalar, fc.constant(Number.NaN), date, fc.constant(new Date(Number.NaN)), bytes),
    fc.array(tie('value'), { maxLength: 3 }),
    objectOf(tie('value')),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
  ),
})).value

/** Strings alone: the kind whose order is the hardest to keep. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TEXTS, ...LONE_SURROGATES) },
  { weight: 1, arbitrary: text },
)

/** Pairs that are often equal, equal but for the order of fields and entries, or next to each other. */
export function pairsOf(values: fc.Arbitrary<unknown>): fc.Arbitrary<[unknown, unknown]> {
  const wrap = fc.constantFrom<(value: unknown) => unknown>(
    (value) => value,
    (value) => [value],
    (value) => ({ a: value }),
  )
  return fc.oneof(
    fc.tuple(values, values),
    values.map((value): [unknown, unknown] => [value, turned(value)]),
    fc.tuple(wrap, scalar, scalar).map(([wrapped, a, b]): [unknown, unknown] => [wrapped(a), wrapped(b)]),
    fc.tuple(wrap, numbers, numbers).map(([wrapped, a, b]): [unknown, unknown] => [wrapped(a), wrapped(b)]),
  )
}

/** An equal value whose fields and entries stand in the opposite order, as far as the platform allows. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned)
  if (value instanceof Map) return new Map([...value].reverse())
  if (value instanceof Set) return new Set([...value].reverse())
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([field, content]) => [field, turned(content)]),
  )
}

function objectOf(values: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  const entries = fc.array(fc.tuple(fc.constantFrom(...FIELDS), values), { maxLength: 3 })
  return entries.map((fields) => Object.fromEntries(fields))
}
