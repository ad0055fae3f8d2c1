/**
 * Where a checkpoint log keeps what in a store. All numbers in keys are big-endian, so that keys are in their order.
 *
 *     m <checkpoint>      a manifest: what a checkpoint consists of; a checkpoint exists when its manifest does
 *     s <segment>         that there are chunks of a segment, for whoever has to remove it
 *     c <segment> <n>     the chunks of a segment
 *     p <read> 0 <split>  how far an at-most-once run may have read a split
 */
import type { KeyRange } from '../core/stateStore.ts'

const MANIFEST = 0x6d
const SEGMENT = 0x73
const CHUNK = 0x63
const CLAIM = 0x70

export const MANIFESTS: KeyRange = { from: Uint8Array.of(MANIFEST), to: Uint8Array.of(MANIFEST + 1) }
export const SEGMENTS: KeyRange = { from: Uint8Array.of(SEGMENT), to: Uint8Array.of(SEGMENT + 1) }

export const CLAIMS: KeyRange = { from: Uint8Array.of(CLAIM), to: Uint8Array.of(CLAIM + 1) }

/** Names of steps hold no zero. */
export function claimKey(read: string, split: string): Uint8Array {
  return new TextEncoder().encode(`${String.fromCharCode(CLAIM)}${read}\0${split}`)
}

export function manifestKey(checkpoint: number): Uint8Array {
  return numbered(MANIFEST, checkpoint)
}

export function segmentKey(segment: number): Uint8Array {
  return numbered(SEGMENT, segment)
}

export function chunkKey(segment: number, chunk: number): Uint8Array {
  const key = new Uint8Array(11)
  key.set(numbered(CHUNK, segment))
  new DataView(key.buffer).setUint32(7, chunk)
  return key
}

/** Whether a key is one of these. */
export function isCheckpointKey(key: Uint8Array): boolean {
  if (key[0] === CLAIM) return key.includes(0)
  const length = key[0] === CHUNK ? 11 : 7
  return key.length === length && (key[0] === CHUNK || key[0] === MANIFEST || key[0] === SEGMENT)
}

/** The number in a manifest's or a segment's key. */
export function numberOf(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength)
  return view.getUint16(1) * 2 ** 32 + view.getUint32(3)
}

/** Six bytes hold every number up to 2^48, which nothing here reaches. */
function numbered(kind: number, number: number): Uint8Array {
  const key = new Uint8Array(7)
  const view = new DataView(key.buffer)
  view.setUint8(0, kind)
  view.setUint16(1, Math.floor(number / 2 ** 32))
  view.setUint32(3, number % 2 ** 32)
  return key
}
