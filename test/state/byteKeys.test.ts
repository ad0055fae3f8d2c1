import { describe, expect, test } from 'vitest'
import { ByteKeys } from '../../src/state/byteKeys.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Adds keys as parts of one source, and answers which of them were new. */
function added(keys: ByteKeys, texts: readonly string[]): boolean[] {
  const source = bytes(texts.join(''))
  let end = 0
  return texts.map((text) => {
    end += bytes(text).length
    return keys.add(source, end - bytes(text).length, end)
  })
}

const has = (keys: ByteKeys, text: string): boolean => keys.has(bytes(`<${text}>`), 1, bytes(text).length + 1)

describe('a set of keys as bytes', () => {
  test('tells a key that is new from one that was there', () => {
    const keys = new ByteKeys(4)
    expect(added(keys, ['a', 'b', 'a', 'ab', 'b'])).toEqual([true, true, false, true, false])
    expect(['a', 'ab', 'abc', 'ba', ''].map((text) => has(keys, text))).toEqual([true, true, false, false, false])
  })

  test('tells keys of one hash apart', () => {
    // FNV-1a of 32 bits is the same for both.
    const keys = new ByteKeys(2)
    expect(added(keys, ['costarring'])).toEqual([true])
    expect(has(keys, 'liquid')).toBe(false)
    expect(added(keys, ['liquid', 'costarring', 'liquid'])).toEqual([true, false, false])
  })

  test('holds as many keys as it was made for, short and long ones, over many pages', () => {
    const texts = Array.from({ length: 20_000 }, (_, at) => `${at} `.repeat(1 + (at % 7)))
    const keys = new ByteKeys(texts.length + 2)
    const long = ['x'.repeat(3_000_000), 'x'.repeat(2_999_999)]
    expect(added(keys, [...texts, ...long]).every((isNew) => isNew)).toBe(true)
    expect(added(keys, [...texts, ...long]).some((isNew) => isNew)).toBe(false)
    expect(has(keys, '20000 ')).toBe(false)
  })

  test('may be made for no key', () => {
    expect(has(new ByteKeys(0), 'a')).toBe(false)
  })
})
