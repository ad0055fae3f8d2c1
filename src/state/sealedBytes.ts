/** Bytes with their checksum before them: what a store gives back is what was written, or is noticed. */
import xxhash, { type XXHashAPI } from 'xxhash-wasm'

export const CHECKSUM_BYTES = 8

/** What is sealed: one kind of bytes does not pass for the other. */
export type SealedKind = 'manifest' | 'chunk'

const SEEDS: Readonly<Record<SealedKind, bigint>> = { manifest: 1n, chunk: 2n }

/** A fast hash of 64 bits: it finds accidents, not forgeries. */
export interface Sealer {
  seal(kind: SealedKind, body: Uint8Array): SealedBytes
  /** The same, where the body stands behind CHECKSUM_BYTES that are to become its checksum: nothing is copied. */
  sealInPlace(kind: SealedKind, bytes: Uint8Array): SealedBytes
  /** The body, or undefined when it or its checksum was changed or cut, or it is of another kind. */
  unseal(kind: SealedKind, sealed: Uint8Array): Uint8Array | undefined
  /** The checksum of bytes that may come in parts. */
  checksum(parts: Iterable<Uint8Array>): string
}

export interface SealedBytes {
  readonly checksum: Uint8Array
  /** The checksum, then the body. */
  readonly bytes: Uint8Array
}

/** Loads the hash, which is compiled once for each log. */
export async function openSealer(): Promise<Sealer> {
  const hash = await xxhash()
  const sealInPlace = (kind: SealedKind, bytes: Uint8Array): SealedBytes => {
    writeHash(hash, kind, bytes.subarray(CHECKSUM_BYTES), bytes)
    return { bytes, checksum: bytes.slice(0, CHECKSUM_BYTES) }
  }
  return {
    sealInPlace,
    seal(kind, body) {
      const bytes = new Uint8Array(CHECKSUM_BYTES + body.length)
      bytes.set(body, CHECKSUM_BYTES)
      return sealInPlace(kind, bytes)
    },
    unseal(kind, sealed) {
      if (sealed.length < CHECKSUM_BYTES) return undefined
      const body = sealed.subarray(CHECKSUM_BYTES)
      const found = new Uint8Array(CHECKSUM_BYTES)
      writeHash(hash, kind, body, found)
      return found.every((byte, at) => byte === sealed[at]) ? body : undefined
    },
    checksum(parts) {
      const whole = hash.create64()
      for (const part of parts) whole.update(part)
      return whole.digest().toString(16).padStart(16, '0')
    },
  }
}

function writeHash(hash: XXHashAPI, kind: SealedKind, body: Uint8Array, to: Uint8Array): void {
  new DataView(to.buffer, to.byteOffset).setBigUint64(0, hash.h64Raw(body, SEEDS[kind]))
}
