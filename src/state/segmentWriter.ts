import type { StateEntry } from '../core/checkpoint.ts'
import { encodeText, valueCoder } from '../core/coders/valueCoder.ts'
import type { StoreChange, StoreConnection } from '../core/stateStore.ts'
import type { ByteRoom } from './byteRoom.ts'
import { CHUNK_FORMAT, type ChunkFormat, type ChunkReader, ChunkWriter, type EncodedValue } from './checkpointChunk.ts'
import { chunkKey, segmentKey } from './checkpointKeys.ts'
import { CHECKSUM_BYTES, type SealedBytes, type Sealer } from './sealedBytes.ts'

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
  /** How its chunks are laid out; 1 when left out. */
  readonly format?: ChunkFormat
}

/** What writing needs: where to, under which numbers, and how often to let others run. */
export interface SegmentTarget {
  readonly connection: StoreConnection
  readonly sealer: Sealer
  /** Where chunks are until they are in the store. */
  readonly room: ByteRoom
  /** A number that no segment of the store has. */
  nextId(): number
  yieldToHost(): Promise<void>
}

/** A chunk takes a millisecond or two to encode, and about as long to decode: so much text, or some times as many bytes. */
const CHUNK_WORK = 1 << 16
/** The host is offered its turn after every few entries: code that has not run often takes ten times as long. */
const OFFER_WORK = CHUNK_WORK / 256
const HEAD_CHUNK_BYTES = 1 << 16
/** Each batch waits for the disk. */
const BATCH_CHUNKS = 16

/** Writes entries as one segment, chunk by chunk; undefined when there are none. `keepDeleted` false leaves deletions out. */
export async function writeEntries(
  target: SegmentTarget,
  entries: Iterable<StateEntry>,
  keepDeleted: boolean,
): Promise<Segment | undefined> {
  const output = openEntries(target)
  let offeredAt = 0
  for (const { key, value } of entries) {
    if (value !== undefined) output.chunk.add(key, 0, key.length, encoded(value))
    else if (keepDeleted) output.chunk.add(key, 0, key.length, undefined)
    else continue
    if (value === undefined) output.deleted++
    else output.entries++
    const { work } = output.chunk
    if (work >= CHUNK_WORK) {
      await output.next()
      offeredAt = 0
    } else if (work >= offeredAt + OFFER_WORK) {
      await target.yieldToHost()
      offeredAt = work
    }
  }
  return output.end()
}

/** Bytes stand for themselves: nodes that have much to say say it in bytes. */
function encoded(value: unknown): EncodedValue {
  return value instanceof Uint8Array && value.length > 0 ? value : encodeText(value)
}

/** Writes entries that are encoded already, chunk by chunk, as `keep` chooses them by their place in each chunk. */
export async function copyEntries(
  target: SegmentTarget,
  chunks: AsyncIterable<{ readonly chunk: ChunkReader; readonly wanted: (at: number) => boolean }>,
  keepDeleted: boolean,
): Promise<Segment | undefined> {
  const output = openEntries(target)
  for await (const { chunk, wanted } of chunks) {
    for (let at = 0; at < chunk.count; at++) {
      const isDeleted = chunk.isDeleted(at)
      if (!wanted(at) || (isDeleted && !keepDeleted)) continue
      chunk.copy(at, output.chunk)
      if (isDeleted) output.deleted++
      else output.entries++
    }
    if (output.chunk.work >= CHUNK_WORK) await output.next()
    else await target.yieldToHost()
  }
  return output.end()
}

/** A segment of entries that is being written. */
interface EntriesOutput {
  readonly chunk: ChunkWriter
  entries: number
  deleted: number
  /** Puts the chunk. */
  next(): Promise<void>
  end(): Promise<Segment | undefined>
}

function openEntries(target: SegmentTarget): EntriesOutput {
  const output = openSegment(target)
  return {
    chunk: new ChunkWriter(),
    entries: 0,
    deleted: 0,
    next() {
      output.put(target.sealer.sealInPlace('chunk', this.chunk.take(target.room, CHECKSUM_BYTES)))
      return output.flushFull()
    },
    async end() {
      if (this.chunk.count > 0)
        output.put(target.sealer.sealInPlace('chunk', this.chunk.take(target.room, CHECKSUM_BYTES)))
      const written = await output.end()
      if (written.chunks === 0) return undefined
      return { ...written, entries: this.entries, deleted: this.deleted, format: CHUNK_FORMAT }
    },
  }
}

/** Writes a node's head; answers `previous`, and writes nothing, when that holds the same bytes. */
export async function writeHead(target: SegmentTarget, head: unknown, previous: Segment | undefined): Promise<Segment> {
  const bytes = valueCoder.encode(head)
  const chunks = Math.ceil(bytes.length / HEAD_CHUNK_BYTES)
  const sealed = Array.from({ length: chunks }, (_, at) =>
    target.sealer.seal('chunk', bytes.subarray(at * HEAD_CHUNK_BYTES, (at + 1) * HEAD_CHUNK_BYTES)),
  )
  if (previous !== undefined && previous.checksum === target.sealer.checksum(sealed.map((each) => each.checksum))) {
    return previous
  }
  const output = openSegment(target)
  for (const each of sealed) {
    output.put(each)
    await output.flushFull()
  }
  return { ...(await output.end()), entries: 0, deleted: 0 }
}

type WrittenChunks = Omit<Segment, 'entries' | 'deleted'>

interface SegmentOutput {
  put(sealed: SealedBytes): void
  /** Commits when a batch is full. */
  flushFull(): Promise<void>
  /** Commits the rest. */
  end(): Promise<WrittenChunks>
}

function openSegment({ connection, sealer, room, nextId, yieldToHost }: SegmentTarget): SegmentOutput {
  const checksums: Uint8Array[] = []
  let id = 0
  let bytes = 0
  let batch: StoreChange[] = []
  const commit = async (): Promise<void> => {
    if (batch.length === 0) return
    const changes = batch
    batch = []
    await connection.commit(changes)
    for (const { value } of changes) if (value !== undefined) room.giveBack(value)
  }
  const put = (sealed: SealedBytes): void => {
    if (checksums.length === 0) {
      id = nextId()
      batch.push({ key: segmentKey(id), value: Uint8Array.of(0) })
    }
    batch.push({ key: chunkKey(id, checksums.length), value: sealed.bytes })
    checksums.push(sealed.checksum)
    bytes += sealed.bytes.length
  }
  return {
    put,
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
