import type { StateEntry } from '../core/checkpoint.ts'
import { valueCoder } from '../core/coders/valueCoder.ts'
import type { StoreConnection } from '../core/stateStore.ts'
import { ByteKeys } from './byteKeys.ts'
import { ChunkReader } from './checkpointChunk.ts'
import { chunkKey } from './checkpointKeys.ts'
import type { Sealer } from './sealedBytes.ts'
import type { Segment } from './segmentWriter.ts'

/** What reading needs; `fail` words what is wrong with a segment, and throws. */
export interface SegmentSource {
  readonly connection: StoreConnection
  readonly sealer: Sealer
  fail(problem: string): Promise<never>
}

/** The chunks of a segment, each checked before it is answered, and their order after the last. */
async function* chunksOf(source: SegmentSource, segment: Segment): AsyncGenerator<Uint8Array, void, undefined> {
  const checksums: Uint8Array[] = []
  for (let at = 0; at < segment.chunks; at++) {
    const sealed = await source.connection.get(chunkKey(segment.id, at))
    const place = `chunk ${at + 1} of ${segment.chunks} of segment ${segment.id}`
    if (sealed === undefined) return source.fail(`${place} is missing`)
    const chunk = source.sealer.unseal('chunk', sealed)
    if (chunk === undefined)
      return source.fail(`${place} is damaged: its ${sealed.length} bytes do not match their sum`)
    checksums.push(sealed.subarray(0, sealed.length - chunk.length))
    yield chunk
  }
  if (source.sealer.checksum(checksums) === segment.checksum) return
  return source.fail(`segment ${segment.id} is damaged: its chunks are not those that were written for it`)
}

/** Reads a segment only to find whether it can be read. */
export async function checkSegment(source: SegmentSource, segment: Segment): Promise<void> {
  for await (const _ of chunksOf(source, segment));
}

async function allChunks(source: SegmentSource, segment: Segment): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of chunksOf(source, segment)) chunks.push(chunk)
  return chunks
}

export async function readHead(source: SegmentSource, segment: Segment): Promise<unknown> {
  const chunks = await allChunks(source, segment)
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return valueCoder.decode(bytes)
}

/**
 * Every live entry of segments that follow each other in time, decoded bit by bit while it is iterated. The chunks are read
 * and checked at once: who begins to restore can end it. Entries come in no order that means anything.
 */
export async function readEntries(source: SegmentSource, segments: readonly Segment[]): Promise<Iterable<StateEntry>> {
  const read: ReadSegment[] = []
  for (const segment of segments) {
    read.push({ segment, chunks: await allChunks(source, segment) })
  }
  return { [Symbol.iterator]: () => liveEntries(read) }
}

interface ReadSegment {
  readonly segment: Segment
  readonly chunks: readonly Uint8Array[]
}

function* liveEntries(read: readonly ReadSegment[]): Generator<StateEntry, void, undefined> {
  const newest = newestFirst(read.map(({ segment }) => segment))
  for (const [at, { segment, chunks }] of [...read.entries()].reverse()) {
    for (const bytes of chunks) {
      const chunk = openChunk(bytes, segment)
      yield* chunk.entries(newest(chunk, at))
    }
  }
}

/** The chunks of segments that follow each other in time, and which of their entries are the newest of their keys. */
export async function* mergedChunks(
  source: SegmentSource,
  segments: readonly Segment[],
): AsyncGenerator<{ readonly chunk: ChunkReader; readonly wanted: (at: number) => boolean }, void, undefined> {
  const newest = newestFirst(segments)
  for (const [at, segment] of [...segments.entries()].reverse()) {
    for await (const bytes of chunksOf(source, segment)) {
      const chunk = openChunk(bytes, segment)
      yield { chunk, wanted: newest(chunk, at) }
    }
  }
}

function openChunk(bytes: Uint8Array, { format }: Segment): ChunkReader {
  return new ChunkReader(bytes, format ?? 1)
}

/** Finds the newest entry of each key where segments come newest first. The oldest, which is the largest, is not remembered. */
function newestFirst(segments: readonly Segment[]): (chunk: ChunkReader, segment: number) => (at: number) => boolean {
  if (segments.length === 1) return () => () => true
  const seen = new ByteKeys(segments.slice(1).reduce((sum, { entries, deleted }) => sum + entries + deleted, 0))
  return (chunk, segment) => {
    if (segment === 0) return (at) => !chunk.hasKeyIn(at, seen)
    return (at) => chunk.addKey(at, seen)
  }
}
