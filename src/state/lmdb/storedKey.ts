/**
 * LMDB takes keys of up to 1,978 bytes. A longer one is stored by its beginning and a hash of it, with the whole key beside
 * its value; keys stay in their order but for long ones that begin alike, which stand next to each other.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import type { StoreEntry } from '../../core/stateStore.ts'

/** Before each key of the store, so that they stand apart from what the store keeps about itself. */
const ENTRY = 1
/** A stored key that is longer than this is a hashed one. */
const LONGEST_PLAIN = 1024
const HASH_BYTES = 32

/** Keys of all entries are from FIRST on and before END. */
export const FIRST_STORED: Buffer = Buffer.of(ENTRY)
export const STORED_END: Buffer = Buffer.of(ENTRY + 1)

/** Keys of what a store keeps about itself. */
export const IDENTITY_KEY: Buffer = Buffer.of(0, 1)
export const OWNER_KEY: Buffer = Buffer.of(0, 2)

export function storedKey(key: Uint8Array): Buffer {
  if (key.length <= LONGEST_PLAIN) return plainKey(key)
  return Buffer.concat([longKeyPrefix(key), sha256(key)])
}

/** Asked for with each entry: joining two lists of bytes takes three times as long. */
function plainKey(key: Uint8Array): Buffer {
  const stored = Buffer.allocUnsafe(1 + key.length)
  stored[0] = ENTRY
  stored.set(key, 1)
  return stored
}

/** The stored keys of all keys that are as long as `key` or longer and begin as it does have this prefix. */
export function longKeyPrefix(key: Uint8Array): Buffer {
  return Buffer.concat([FIRST_STORED, key.subarray(0, LONGEST_PLAIN)])
}

/** Whether the key stands beside its value. */
export function isHashed(stored: Uint8Array): boolean {
  return stored.length > 1 + LONGEST_PLAIN
}

/** The prefix that hashed keys share with those next to them. */
export function prefixOf(hashed: Uint8Array): Uint8Array {
  return hashed.subarray(0, hashed.length - HASH_BYTES)
}

/** A value with its key before it, where the key is hashed. */
export function storedValue(key: Uint8Array, value: Uint8Array): Uint8Array {
  if (key.length <= LONGEST_PLAIN) return value
  const stored = new Uint8Array(4 + key.length + value.length)
  new DataView(stored.buffer).setUint32(0, key.length)
  stored.set(key, 4)
  stored.set(value, 4 + key.length)
  return stored
}

/** Key and value of what was stored, as plain bytes. */
export function readStored(stored: Buffer, value: Buffer): StoreEntry {
  if (!isHashed(stored)) return { key: plain(stored, 1), value: plain(value, 0) }
  const keyEnd = 4 + value.readUInt32BE(0)
  return { key: plain(value, 4, keyEnd), value: plain(value, keyEnd) }
}

/** Node's own kind of bytes would show in the hands of others. */
function plain(bytes: Buffer, from: number, to = bytes.length): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + from, to - from)
}
