import { expect, test } from 'vitest'
import { compareEncoded } from '../../src/core/coders/compareEncoded.ts'
import { toTaggedJson } from '../../src/core/coders/taggedJson.ts'
import { valueCoder, valueId } from '../../src/core/coders/valueCoder.ts'

const text = (value: unknown): string => new TextDecoder().decode(valueCoder.encode(value))

test.each<[unknown, string]>([
  [{ id: 1, tags: ['a', null, true] }, '{"id":1,"tags":["a",null,true]}'],
  [undefined, '{"$undefined":true}'],
  [
    [NaN, Infinity, -Infinity, -0],
    '[{"$number":"NaN"},{"$number":"Infinity"},{"$number":"-Infinity"},{"$number":"-0"}]',
  ],
  [12n, '{"$bigint":"12"}'],
  [new Date(7), '{"$date":7}'],
  [new Date(NaN), '{"$date":null}'],
  [new Uint8Array([0, 255]), '{"$bytes":"AP8="}'],
  [new Map<unknown, unknown>([['a', 1n]]), '{"$map":[["a",{"$bigint":"1"}]]}'],
  [new Set([2, 1]), '{"$set":[2,1]}'],
  [{ $bigint: '12' }, '{"$object":{"$bigint":"12"}}'],
  [{ $ref: 1, other: 2 }, '{"$ref":1,"other":2}'],
  ['\ud800', '"\\ud800"'],
])('%o is written as %s and comes back', (value, written) => {
  expect(text(value)).toBe(written)
  expect(valueCoder.decode(valueCoder.encode(value))).toStrictEqual(value)
})

test('fields and entries come back in the order they were in', () => {
  const value = {
    z: 1,
    a: new Map([
      ['y', 1],
      ['b', 2],
    ]),
  }
  const back = valueCoder.decode(valueCoder.encode(value)) as typeof value
  expect(Object.keys(back)).toEqual(['z', 'a'])
  expect([...back.a.keys()]).toEqual(['y', 'b'])
})

test.each<[unknown, string]>([
  [{ user: { callback: () => 1 } }, '[NOT_ENCODABLE] function callback at $.user.callback is neither plain data'],
  [[Symbol('s')], '[NOT_ENCODABLE] Symbol(s) at $[0] is neither plain data'],
  [new URL('x:y'), '[NOT_ENCODABLE] "x:y" at $ is neither plain data'],
  [{ 'a b': new Map([[1, Promise.resolve()]]) }, '[NOT_ENCODABLE] Promise {} at $["a b"][0][1] is neither plain data'],
  [{ [Symbol.for('x')]: 1 }, '[NOT_ENCODABLE] {} at $ is neither plain data'],
])('refuses what it cannot carry, and names the place (%#)', (value, message) => {
  expect(() => valueCoder.encode(value)).toThrow(message)
  expect(() => valueId(value)).toThrow(message)
})

test('refuses a value that contains itself', () => {
  const value = new Map<string, unknown>()
  value.set('self', { value })
  expect(() => valueCoder.encode(value)).toThrow(/NOT_ENCODABLE.* at \$\[0\]\[1\]\.value contains itself/)
})

test.each(['', '{', '{"$unknown":1}', '{"$bigint":"x"}'])('refuses the bytes of %s', (bytes) => {
  expect(() => valueCoder.decode(new TextEncoder().encode(bytes))).toThrow(
    `[SNAPSHOT_MISMATCH] ${bytes.length} bytes are not an encoded value.`,
  )
})

test('equal values have one identity, whatever the order of their fields and entries', () => {
  expect(valueId({ b: 1, a: 2 })).toBe(valueId({ a: 2, b: 1 }))
  expect(valueId(new Set([1, 2]))).toBe(valueId(new Set([2, 1])))
  expect(valueId(1)).not.toBe(valueId('1'))
  expect(valueId(-0)).not.toBe(valueId(0))
  expect(valueId('1n')).not.toBe(valueId(1n))
})

test('sorted JSON has its fields in the order of code points', () => {
  expect(JSON.stringify(toTaggedJson({ '\u{10000}': 1, '\ue000': 2 }, 'sorted'))).toBe('{"\ue000":2,"\u{10000}":1}')
})

test('values without an encoding have no order, unless they are the same', () => {
  const callback = (): number => 1
  expect(compareEncoded(callback, callback)).toBe(0)
  expect(() => compareEncoded({ callback }, { callback: null })).toThrow(/NOT_ENCODABLE.* function callback has no/)
})
