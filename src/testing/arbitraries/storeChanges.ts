import * as fc from 'fast-check'
import type { StoreChange } from '../../core/stateStore.ts'

/** Around what LMDB takes as a key, and what stores of their own kind may. */
const LONG = [511, 512, 1023, 1024, 1025, 1978, 1979, 5_000]

/** A batch of a store, with keys that meet again, one inside the other, and long ones that begin alike. */
export function storeChanges(): fc.Arbitrary<StoreChange[]> {
  const value = fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 6, arbitrary: fc.uint8Array({ maxLength: 4 }) },
    { weight: 1, arbitrary: fc.nat({ max: 70_000 }).map((length) => new Uint8Array(length).fill(length)) },
  )
  return fc.array(fc.record({ key: storeKeys(), value }), { maxLength: 6 })
}

/** Keys of a store: few different ones, of the least and the greatest bytes, short and long. */
export function storeKeys(): fc.Arbitrary<Uint8Array> {
  const byte = fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)
  const short = fc.array(byte, { minLength: 1, maxLength: 3 }).map((bytes) => Uint8Array.from(bytes))
  const long = fc.tuple(fc.constantFrom(...LONG), byte, byte).map(([length, fill, last]) => {
    const key = new Uint8Array(length).fill(fill)
    key[length - 1] = last
    return key
  })
  return fc.oneof({ weight: 3, arbitrary: short }, { weight: 1, arbitrary: long })
}
