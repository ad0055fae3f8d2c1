/**
 * The identity of keys. A key is a string, number, bigint, boolean, null, undefined, Date, Uint8Array, or an array or
 * plain object of keys. Two keys are the same group exactly when their encodings are equal: 1, 1n and '1' differ, -0 is
 * 0, and the order in which fields were set does not count.
 */
import type { Coder } from '../coder.ts'
import { DataflowError } from '../errors.ts'
import { keyBytes, readKey } from './keyBytes.ts'
import type { ByteCursor } from './orderedBytes.ts'

/**
 * Encodes keys, deterministically; the bytes of keys of one kind are in the order of the keys.
 * Throws INVALID_KEY, naming the value and its place, for NaN, an invalid Date, a function, a symbol, a Map, a Set, an
 * instance of a class and a cycle.
 *
 * @example keyCoder.decode(keyCoder.encode({ page: '/', user: 7n })) // { page: '/', user: 7n }
 */
export const keyCoder: Coder<unknown> = {
  id: 'key/1',
  isDeterministic: true,
  encode: (key) => Uint8Array.from(keyBytes(key)),
  decode(bytes) {
    const cursor: ByteCursor = { bytes, at: 0 }
    try {
      const key = readKey(cursor)
      if (cursor.at === bytes.length) return key
    } catch (cause) {
      throw undecodable(bytes, cause)
    }
    throw undecodable(bytes, undefined)
  },
}

/**
 * The identity of a key as a string: two keys have the same one exactly when they encode equally, and the identities of
 * a kind sort as its keys do. For maps over keys; strings and numbers may stand for themselves instead (after checkKey).
 * Throws INVALID_KEY as the coder does.
 */
export function canonicalKeyId(key: unknown): string {
  const bytes = keyBytes(key)
  let id = ''
  for (let at = 0; at < bytes.length; at += 4096) id += String.fromCharCode(...bytes.slice(at, at + 4096))
  return id
}

/**
 * The key that comes out of a grouping: decode(encode(key)), so that it does not depend on which of several equal keys
 * came first. Throws INVALID_KEY as the coder does.
 */
export function canonicalKey(key: unknown): unknown {
  switch (typeof key) {
    case 'string':
    case 'boolean':
    case 'bigint':
    case 'undefined':
      return key
    case 'number':
      return checkKey(key) + 0
    default:
      return key === null ? null : keyCoder.decode(keyCoder.encode(key))
  }
}

/** Answers the key itself. Throws INVALID_KEY as the coder does. */
export function checkKey<K>(key: K): K {
  if (typeof key === 'string' || (typeof key === 'number' && !Number.isNaN(key))) return key
  keyBytes(key)
  return key
}

function undecodable(bytes: Uint8Array, cause: unknown): DataflowError {
  return new DataflowError('SNAPSHOT_MISMATCH', {
    problem: `${bytes.length} bytes are not an encoded key.`,
    remedy: 'Restore state with the version and coders that wrote it.',
    cause,
  })
}
