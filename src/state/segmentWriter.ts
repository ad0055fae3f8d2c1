import type { StateEntry } from '../core/checkpoint.ts'
import { valueCoder } from '../core/coders/valueCoder.ts'
import type { StoreChange, StoreConnection } from '../core/stateStore.ts'
import { ChunkWriter, type EncodedEntry } from './checkpointChunk.ts'
import { chunkKey, segmentKey } from './checkpointKeys.ts'
import type { SealedBytes, Sealer } from './sealedBytes.ts'

/** A part of a checkpoint that is written once and never changed, so that many checkpoints may share it. */
export interface Segment {
  readonly id: number
  readonly chunks: number
  /** Entries with a value, and entries that were deleted. */
  readonly entries: number
  readonly deleted: number
  readonly bytes: number
  /** Of the checksums of its chunks, in their order. */
  readonly checksum: string
}

/** What writing needs: where to, under which numbers, and how often to let others run. */
export interface SegmentTarget {
  readonly connection: StoreConnection
  readonly sealer: Sealer
  /** A number that no segment of the store has. */
  nextId(): number
  yieldToHost(): Promise<void>
}

/** A chunk takes a millisecond or two to encode, and about as long to decode. */
const CHUNK_BYTES = 1 << 16
/** Each batch waits for the disk. */
const BATCH_CHUNKS = 16

/** Writes entries as one segment, chunk by chunk; undefined when there are none. `keepDeleted` false leaves deletions out. */
export async function writeEntries(
  target: SegmentTarget,
  entries: Iterable<StateEntry>,
  keepDeleted: boolean,
): Promise<Segment | undefined> {
  return writeEncoded(target, inChunks(encoded(entries)), keepDeleted)
}

/** Writes entries that are encoded already, as they come; undefined when there are none. */
export async function writeEncoded(
  target: SegmentTarget,
  groups: Iterable<Iterable<EncodedEntry>> | AsyncIterable<Iterable<EncodedEntry>>,
  keepDeleted: boolean,
): Promise<Segment | undefined> {
  const output = openSegment(target)
  const chunk = new ChunkWriter()
  let entries = 0
  let deleted = 0
  for await (const group of groups) {
    for (const { key, value } of group) {
      if (value === undefined && !keepDeleted) continue
      if (value === undefined) deleted++
      else entries++
      chunk.add(key, value)
      if (chunk.size >= CHUNK_BYTES) output.put(chunk.take())
    }
    await output.flushFull()
  }
  if (chunk.count > 0) output.put(chunk.take())
  const written = await output.end()
  return written.chunks === 0 ? undefined : { ...written, entries, deleted }
}

/** Writes a node's head; answers `previous`, and writes nothing, when that holds the same bytes. */
export async function writeHead(target: SegmentTarget, head: unknown, previous: Segment | undefined): Promise<Segment> {
  const bytes = valueCoder.encode(head)
  const chunks = Math.ceil(bytes.length / CHUNK_BYTES)
  const sealed = Array.from({ length: chunks }, (_, at) =>
    target.sealer.seal('chunk', bytes.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES)),
  )
  if (previous !== undefined && previous.checksum === target.sealer.checksum(sealed.map((each) => each.checksum))) {
    return previous
  }
  const output = openSegment(target)
  for (const each of sealed) {
    output.putSealed(each)
    await output.flushFull()
  }
  return { ...(await output.end()), entries: 0, deleted: 0 }
}

type WrittenChunks = Omit<Segment, 'entries' | 'deleted'>

interface SegmentOutput {
  put(chunk: Uint8Array): void
  putSealed(sealed: SealedBytes): void
  /** Commits when a batch is full. */
  flushFull(): Promise<void>
  /** Commits the rest. */
  end(): Promise<WrittenChunks>
}

function openSegment({ connection, sealer, nextId, yieldToHost }: SegmentTarget): SegmentOutput {
  const checksums: Uint8Array[] = []
  let id = 0
  let bytes = 0
  let batch: StoreChange[] = []
  const commit = async (): Promise<void> => {
    if (batch.length === 0) return
    const changes = batch
    batch = []
    await connection.commit(changes)
  }
  const putSealed = (sealed: SealedBytes): void => {
    if (checksums.length === 0) {
      id = nextId()
      batch.push({ key: segmentKey(id), value: Uint8Array.of(0) })
    }
    batch.push({ key: chunkKey(id, checksums.length), value: sealed.bytes })
    checksums.push(sealed.checksum)
    bytes += sealed.bytes.length
  }
  return {
    putSealed,
    put: (chunk) => putSealed(sealer.seal('chunk', chunk)),
    async flushFull() {
      if (batch.length >= BATCH_CHUNKS) await commit()
      await yieldToHost()
    },
    async end() {
      await commit()
      return { id, chunks: checksums.length, bytes, checksum: sealer.checksum(checksums) }
    },
  }
}

function* encoded(entries: Iterable<StateEntry>): Generator<EncodedEntry, void, undefined> {
  for (const { key, value } of entries) {
    yield { key, value: value === undefined ? undefined : valueCoder.encode(value) }
  }
}

/** Groups of about as many bytes as a chunk has, so that whoever writes them can pause between. */
function* inChunks(entries: Iterable<EncodedEntry>): Generator<readonly EncodedEntry[], void, undefined> {
  let group: EncodedEntry[] = []
  let bytes = 0
  for (const entry of entries) {
    group.push(entry)
    bytes += entry.key.length + (entry.value?.length ?? 0)
    if (bytes < CHUNK_BYTES) continue
    yield group
    group = []
    bytes = 0
  }
  yield group
}
