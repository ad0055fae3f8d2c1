import type { CheckpointHeader, CheckpointInfo } from '../core/checkpoint.ts'
import { valueCoder } from '../core/coders/valueCoder.ts'
import { DataflowError } from '../core/errors.ts'
import type { Sealer } from './sealedBytes.ts'
import type { Segment } from './segmentWriter.ts'

/** The format that is written. Every format up to it is read: 2 has bytes and packed columns, 3 has them for stateful steps, and rows. */
export const CHECKPOINT_FORMAT = 3

/** What a checkpoint consists of; the last thing that is written of it. */
export interface Manifest {
  readonly format: number
  readonly id: number
  readonly name: string | undefined
  readonly header: CheckpointHeader
  readonly nodes: ReadonlyMap<string, NodeSegments>
}

export interface NodeSegments {
  readonly head: Segment
  /** Entries, oldest segment first: a later one says more recent things of the same keys. */
  readonly segments: readonly Segment[]
}

export function encodeManifest(sealer: Sealer, manifest: Manifest): Uint8Array {
  return sealer.seal('manifest', valueCoder.encode(manifest)).bytes
}

/** Undefined when it is damaged, or is not that of the checkpoint `id`. Throws SNAPSHOT_MISMATCH for a later format. */
export function decodeManifest(sealer: Sealer, id: number, sealed: Uint8Array): Manifest | undefined {
  const body = sealer.unseal('manifest', sealed)
  if (body === undefined) return undefined
  // Its checksum says that it was written by encodeManifest, and whatever the format, it begins alike.
  const manifest = valueCoder.decode(body) as Manifest
  if (manifest.format > CHECKPOINT_FORMAT) {
    throw new DataflowError('SNAPSHOT_MISMATCH', {
      problem: `checkpoint ${id} is in format ${manifest.format}, and this version reads formats up to ${CHECKPOINT_FORMAT}.`,
      remedy: 'Run the version of tidemark that wrote it, or a later one.',
    })
  }
  return manifest.id === id ? manifest : undefined
}

/** Every segment that a checkpoint needs. */
export function segmentsOf(manifest: Manifest): readonly Segment[] {
  return [...manifest.nodes.values()].flatMap(({ head, segments }) => [head, ...segments])
}

export function infoOf({ id, name, header, nodes }: Manifest): CheckpointInfo {
  const bytesOf = (segments: readonly Segment[]): number => segments.reduce((sum, { bytes }) => sum + bytes, 0)
  const steps = [...nodes].map(([path, { head, segments }]) => [path, bytesOf([head, ...segments])] as const)
  return { id, name, header, steps: Object.fromEntries(steps) }
}
