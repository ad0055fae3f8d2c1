/**
 * Claims of at-most-once runs: how far a split may have been read. A claim is safe before anything that is read up to it
 * has an effect, so that a run which is resumed never reads it again.
 */
import type { SplitPosition } from '../core/checkpoint.ts'
import { valueCoder } from '../core/coders/valueCoder.ts'
import type { StoreConnection } from '../core/stateStore.ts'
import { CLAIMS, claimKey } from './checkpointKeys.ts'

export interface Claim {
  readonly read: string
  readonly split: string
  readonly position: SplitPosition
  /** Rows of the read until then; a claim with no more than a checkpoint is older than it. */
  readonly rows: number
}

/** Makes a claim safe, in place of the one before it. Rejects with STORE_FAILED. */
export function saveClaim(connection: StoreConnection, claim: Claim): Promise<void> {
  return connection.commit([{ key: claimKey(claim.read, claim.split), value: valueCoder.encode(claim) }])
}

/** The last claim of every split. */
export async function loadClaims(connection: StoreConnection): Promise<readonly Claim[]> {
  const claims: Claim[] = []
  // Only saveClaim writes such entries.
  for await (const { value } of connection.scan(CLAIMS)) claims.push(valueCoder.decode(value) as Claim)
  return claims
}
