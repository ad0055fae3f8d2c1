import type { StoreConnection } from '../core/stateStore.ts'
import { chunkKey, numberOf, SEGMENTS, segmentKey } from './checkpointKeys.ts'

/** Which segments there are in a store, needed or not; it gives out their numbers and takes them back. */
export interface SegmentSpace {
  /** A number that no segment has. Whoever writes it puts it on record with its first chunks. */
  nextId(): number
  /** Removes all segments but these; with `sparesOld` also none that was there when the store was opened. */
  removeAllBut(needed: ReadonlySet<number>, sparesOld: boolean): Promise<void>
}

/** As many keys as are removed in one batch. */
const BATCH = 512

export async function openSegmentSpace(connection: StoreConnection): Promise<SegmentSpace> {
  const ids = new Set<number>()
  for await (const { key } of connection.scan(SEGMENTS)) ids.add(numberOf(key))
  const highestOld = Math.max(0, ...ids)
  let lastId = highestOld
  return {
    nextId() {
      lastId++
      ids.add(lastId)
      return lastId
    },
    async removeAllBut(needed, sparesOld) {
      for (const id of ids) {
        if (needed.has(id) || (sparesOld && id <= highestOld)) continue
        await removeSegment(connection, id)
        ids.delete(id)
      }
    },
  }
}

/** A segment's record goes last, so that a run that is killed meanwhile leaves no chunk that is not on record. */
async function removeSegment(connection: StoreConnection, id: number): Promise<void> {
  const keys: Uint8Array[] = []
  for await (const { key } of connection.scan({ from: chunkKey(id, 0), to: chunkKey(id + 1, 0) })) keys.push(key)
  keys.push(segmentKey(id))
  for (let at = 0; at < keys.length; at += BATCH) {
    await connection.commit(keys.slice(at, at + BATCH).map((key) => ({ key, value: undefined })))
  }
}
