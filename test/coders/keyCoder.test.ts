import { expect, test } from 'vitest'
import { canonicalKey, canonicalKeyId, checkKey, keyCoder } from '../../src/core/coders/keyCoder.ts'

const isSameKey = (a: unknown, b: unknown): boolean => canonicalKeyId(a) === canonicalKeyId(b)

test.each([
  [1, 1n],
  [1, '1'],
  [1, true],
  [0, null],
  [null, undefined],
  ['', null],
  [2 ** 53, 2n ** 53n],
  [[1], 1],
  [
    [1, [2, 3]],
    [[1, 2], 3],
  ],
  [[], {}],
  [{ a: undefined }, {}],
  [{ a: 1 }, [['a', 1]]],
  [new Date(5), 5],
  [new Uint8Array([97]), 'a'],
  [`${'x'.repeat(64)}\ud800`, `${'x'.repeat(64)}\ud801`],
])('%o and %o are different keys', (a, b) => {
  expect(isSameKey(a, b)).toBe(false)
})

test.each([
  [-0, 0],
  [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ],
  [[-0], [0]],
  [new Date(5), new Date(5)],
  [Buffer.from([1]), new Uint8Array([1])],
  [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
])('%o and %o are the same key', (a, b) => {
  expect(isSameKey(a, b)).toBe(true)
})

test.each([
  [[-Infinity, -1e300, -2, -1.5, -5e-324, 0, 5e-324, 1, 1.5, 1e300, Infinity]],
  [[-(2n ** 64n), -256n, -255n, -1n, 0n, 1n, 255n, 256n, 2n ** 64n]],
  [
    [
      '',
      '\u0000',
      'a',
      'a\u0000',
      'a\u0000b',
      'aa',
      'b',
      '\u0080',
      '\ud800',
      '\ud800\uffff',
      '\ue000',
      '\uffff',
      '\u{10000}',
    ],
  ],
  [[undefined, null, false, true, 9, 9n, '9', new Date(9), new Uint8Array([9]), [9], { a: 9 }]],
  [[[], [1], [1, 1], [1, 2], [2], ['']]],
  [[{}, { a: 1 }, { a: 1, b: 0 }, { a: 2 }, { b: 0 }]],
  [[new Uint8Array([]), new Uint8Array([0]), new Uint8Array([0, 255]), new Uint8Array([1])]],
])('bytes sort as the keys %o do', (keys) => {
  const encoded = keys.map((key) => Buffer.from(keyCoder.encode(key)))
  expect([...encoded].sort(Buffer.compare)).toEqual(encoded)
})

test.each([
  [Number.NaN, '[INVALID_KEY] NaN is no key: NaN equals nothing, not even itself.'],
  [() => 1, '[INVALID_KEY] a function is no key: it has no encoding.'],
  [Symbol('s'), '[INVALID_KEY] Symbol(s) is no key: it has no encoding.'],
  [new Date(Number.NaN), '[INVALID_KEY] Invalid Date is no key: it stands for no time.'],
  [new URL('x:y'), '[INVALID_KEY] "x:y" is no key: it has no encoding.'],
  [new Map(), '[INVALID_KEY] Map {} is no key: it has no encoding.'],
  [
    { user: { ids: [1, Number.NaN] } },
    '[INVALID_KEY] NaN at $.user.ids[1] of {"user":{"ids":[1,null]}} is no key: NaN equals nothing',
  ],
])('refuses a key that has no identity, and names it (%#)', (key, message) => {
  expect(() => keyCoder.encode(key)).toThrow(message)
  expect(() => checkKey(key)).toThrow(message)
  expect(() => canonicalKeyId(key)).toThrow(message)
  expect(() => canonicalKey(key)).toThrow(message)
})

test('refuses a key that contains itself', () => {
  const key: { self?: unknown } = {}
  key.self = [key]
  expect(() => keyCoder.encode(key)).toThrow(/INVALID_KEY.* at \$\.self\[0\] .* it contains itself/)
})

test('one object may stand at two places of a key', () => {
  const part = { a: 1 }
  expect(keyCoder.decode(keyCoder.encode([part, part]))).toEqual([{ a: 1 }, { a: 1 }])
})

test('the key that comes out has sorted fields and no negative zero, whatever went in', () => {
  expect(Object.is(canonicalKey(-0), 0)).toBe(true)
  expect(JSON.stringify(canonicalKey({ b: -0, a: 1 }))).toBe('{"a":1,"b":0}')
  expect(canonicalKey('page')).toBe('page')
  expect(canonicalKey(null)).toBe(null)
})

test('a field called __proto__ is a field like others', () => {
  const key = JSON.parse('{"__proto__": {"x": 1}}')
  expect(Object.keys(keyCoder.decode(keyCoder.encode(key)) as object)).toEqual(['__proto__'])
})

test.each([[[]], [[0x28, 1]], [[0x50, 0x20]], [[0xee]], [[0x20, 0x20]], [[0x38, 0x41]]])(
  'refuses bytes %o that are no key',
  (bytes) => {
    expect(() => keyCoder.decode(Uint8Array.from(bytes))).toThrow(
      `[SNAPSHOT_MISMATCH] ${bytes.length} bytes are not an encoded key.`,
    )
  },
)
