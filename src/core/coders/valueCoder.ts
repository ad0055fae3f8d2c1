/** The coder of values that nothing else is known of: JSON text in UTF-8, with tags for what JSON lacks. */
import type { Coder } from '../coder.ts'
import { DataflowError } from '../errors.ts'
import type { Json } from '../json.ts'
import { isPlainJson } from './plainJson.ts'
import { fromTaggedJson, toTaggedJson } from './taggedJson.ts'

/**
 * Carries plain data, undefined, NaN, the infinities, -0, bigints, Dates, Maps, Sets and Uint8Arrays, nested as one
 * likes. A value comes back exactly as it was, the order of its fields and entries included, so that what is made of it
 * after a restore (a line of text, say) is the same byte for byte. That is why it is not deterministic in the sense of
 * keys: `{ a, b }` and `{ b, a }` are equal and encode differently. `valueId` is the identity of a value.
 * Throws NOT_ENCODABLE, naming the value and its place (`$.user.callback`), for anything else.
 *
 * @example valueCoder.decode(valueCoder.encode(new Map([['a', [undefined, 7n]]])))
 */
export const valueCoder: Coder<unknown> = {
  id: 'value/1',
  isDeterministic: false,
  encode: (value) => new TextEncoder().encode(encodeText(value)),
  decode(bytes) {
    try {
      return decodeText(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    } catch (cause) {
      throw new DataflowError('SNAPSHOT_MISMATCH', {
        problem: `${bytes.length} bytes are not an encoded value.`,
        remedy: 'Restore state with the version and coders that wrote it.',
        cause,
      })
    }
  },
}

/** The text whose UTF-8 valueCoder gives, for who has many values to put together. Throws NOT_ENCODABLE as it does. */
export function encodeText(value: unknown): string {
  return JSON.stringify(isPlainJson(value) ? value : toTaggedJson(value, 'kept'))
}

/** The value of such a text. Throws a SyntaxError or a RangeError for any other. */
export function decodeText(text: string): unknown {
  const json = JSON.parse(text) as Json
  return text.includes('"$') ? fromTaggedJson(json) : json
}

/** valueCoder as the coder of one type: what it decodes is what it was given. */
export function valueCoderOf<T>(): Coder<T> {
  return valueCoder as Coder<T>
}

/**
 * The identity of a value, for maps: two values have the same one exactly when compareEncoded finds them equal. Numbers
 * but -0 stand for themselves. Throws NOT_ENCODABLE as the coder does.
 *
 * @example valueId({ b: 1, a: 2 }) === valueId({ a: 2, b: 1 }) // true
 */
export function valueId(value: unknown): string | number {
  switch (typeof value) {
    case 'number':
      return Object.is(value, -0) ? '-0' : value
    case 'string':
      return `"${value}`
    case 'bigint':
      return `${value}n`
    default:
      return JSON.stringify(toTaggedJson(value, 'sorted'))
  }
}
