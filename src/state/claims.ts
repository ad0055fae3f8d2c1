/**
 * Claims of at-most-once runs: how far a split may have been read. A claim is safe before anything that is read up to it
 * has an effect, so that a run which is resumed never reads it again.
 */
import type { SplitPosition } from '../core/checkpoint.ts'
import { valueCoder } from '../core/coders/valueCoder.ts'
import type { StoreConnection } from '../core/stateStore.ts'
import { CLAIMS, claimKey } from './checkpointKeys.ts'

export interface Claim {
  /** Claims of a store are numbered as they are made, over all its runs: a checkpoint names the last one before it. */
  readonly number: number
  readonly read: string
  readonly split: string
  readonly position: SplitPosition
}

/** The claims of a store, while one run is at it. */
export interface Claims {
  /** The last claim of every split, made before the store was opened. */
  readonly earlier: readonly Claim[]
  /** Number of the last claim that was made. */
  readonly last: number
  /** Makes a claim safe, in place of the split's one before it. Rejects with STORE_FAILED. */
  make(read: string, split: string, position: SplitPosition): Promise<void>
}

/** `known`: the last claim that a checkpoint of the store names. */
export async function openClaims(connection: StoreConnection, known: number): Promise<Claims> {
  const earlier: Claim[] = []
  // Only `make` writes such entries.
  for await (const { value } of connection.scan(CLAIMS)) earlier.push(valueCoder.decode(value) as Claim)
  let last = Math.max(known, ...earlier.map(({ number }) => number))
  return {
    earlier,
    get last() {
      return last
    },
    make(read, split, position) {
      const claim: Claim = { number: ++last, read, split, position }
      return connection.commit([{ key: claimKey(read, split), value: valueCoder.encode(claim) }])
    },
  }
}
