import type { StateEntry } from '../core/checkpoint.ts'
import { valueCoder } from '../core/coders/valueCoder.ts'
import type { StoreConnection } from '../core/stateStore.ts'
import { type ChunkFormat, ChunkReader } from './checkpointChunk.ts'
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
    read.push({ format: segment.format ?? 1, chunks: await allChunks(source, segment) })
  }
  return { [Symbol.iterator]: () => liveEntries(read) }
}

interface ReadSegment {
  readonly format: ChunkFormat
  readonly chunks: readonly Uint8Array[]
}

function* liveEntries(segments: readonly ReadSegment[]): Generator<StateEntry, void, undefined> {
  const newest = newestFirst(segments.length)
  for (const [segment, { format, chunks }] of [...segments.entries()].reverse()) {
    for (const bytes of chunks) {
      const chunk = new ChunkReader(bytes, format)
      yield* chunk.entries(newest(chunk, segment))
    }
  }
}

/** The chunks of segments that follow each other in time, and which of their entries are the newest of their keys. */
export async function* mergedChunks(
  source: SegmentSource,
  segments: readonly Segment[],
): AsyncGenerator<{ readonly chunk: ChunkReader; readonly wanted: (at: number) => boolean }, void, undefined> {
  const newest = newestFirst(segments.length)
  for (const [at, segment] of [...segments.entries()].reverse()) {
    for await (const bytes of chunksOf(source, segment)) {
      const chunk = new ChunkReader(bytes, segment.format ?? 1)
      yield { chunk, wanted: newest(chunk, at) }
    }
  }
}

/** Finds the newest entry of each key where segments come newest first. The oldest, which is the largest, is not remembered. */
function newestFirst(segments: number): (chunk: ChunkReader, segment: number) => (at: number) => boolean {
  const seen = new Set<string>()
  return (chunk, segment) => {
    if (segments === 1) return () => true
    if (segment === 0) return (at) => !seen.has(chunk.keyId(at))
    return (at) => {
      const before = seen.size
      return seen.add(chunk.keyId(at)).size > before
    }
  }
}
