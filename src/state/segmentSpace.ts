import type { StoreConnection } from '../core/stateStore.ts'
import { chunkKey, numberOf, SEGMENTS, segmentKey } from './checkpointKeys.ts'
import type { Segment } from './segmentWriter.ts'

/** Which segments there are in a store, needed or not; it gives out their numbers and takes them back. */
export interface SegmentSpace {
  /** A number that no segment has. Whoever writes it puts it on record with its first chunks. */
  nextId(): number
  /** Removes all segments but these; with `sparesOld` also none that was there when the store was opened. */
  removeAllBut(needed: readonly Segment[], sparesOld: boolean): Promise<void>
}

/** As many keys as are removed in one batch. */
const BATCH = 512

export async function openSegmentSpace(connection: StoreConnection): Promise<SegmentSpace> {
  /** By id, how many chunks there are; undefined where nobody has said so. */
  const segments = new Map<number, number | undefined>()
  for await (const { key } of connection.scan(SEGMENTS)) segments.set(numberOf(key), undefined)
  const highestOld = Math.max(0, ...segments.keys())
  let lastId = highestOld
  return {
    nextId() {
      lastId++
      segments.set(lastId, undefined)
      return lastId
    },
    async removeAllBut(needed, sparesOld) {
      const ids = new Set<number>()
      for (const { id, chunks } of needed) {
        ids.add(id)
        segments.set(id, chunks)
      }
      for (const [id, chunks] of segments) {
        if (ids.has(id) || (sparesOld && id <= highestOld)) continue
        await removeSegment(connection, id, chunks)
        segments.delete(id)
      }
    },
  }
}

/** A segment's record goes last, so that a run that is killed meanwhile leaves no chunk that is not on record. */
async function removeSegment(connection: StoreConnection, id: number, chunks: number | undefined): Promise<void> {
  // To scan for keys is to read chunks: megabytes that nobody wants.
  const keys =
    chunks === undefined
      ? await chunkKeysOf(connection, id)
      : Array.from({ length: chunks }, (_, at) => chunkKey(id, at))
  keys.push(segmentKey(id))
  for (let at = 0; at < keys.length; at += BATCH) {
    await connection.commit(keys.slice(at, at + BATCH).map((key) => ({ key, value: undefined })))
  }
}

/** Those of a segment that a run did not finish. */
async function chunkKeysOf(connection: StoreConnection, id: number): Promise<Uint8Array[]> {
  const keys: Uint8Array[] = []
  for await (const { key } of connection.scan({ from: chunkKey(id, 0), to: chunkKey(id + 1, 0) })) keys.push(key)
  return keys
}
