import type { CheckpointInfo } from '../core/checkpoint.ts'
import type { StateStore } from '../core/stateStore.ts'
import { type CheckpointReader, openCheckpointReader } from './checkpointReader.ts'

/** Looks into the checkpoints of a store, also beside a run that has it open, and changes nothing. */
export async function readStore<T>(store: StateStore, use: (reader: CheckpointReader) => Promise<T> | T): Promise<T> {
  const connection = await store.open({ readOnly: true })
  try {
    return await use(await openCheckpointReader(connection))
  } finally {
    await connection.close()
  }
}

/**
 * The checkpoints and savepoints that a store holds, ids ascending, also beside a run that has it open. One whose manifest
 * is damaged is not among them. Rejects with STORE_FAILED or STORE_CORRUPT where there is no store.
 *
 * @example const savepoints = (await listCheckpoints(store)).filter(({ name }) => name !== undefined)
 */
export function listCheckpoints(store: StateStore): Promise<readonly CheckpointInfo[]> {
  return readStore(store, (reader) => reader.infos())
}
