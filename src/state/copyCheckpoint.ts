import type { CheckpointInfo, NodeCapture, NodeRestore } from '../core/checkpoint.ts'
import type { StateStore } from '../core/stateStore.ts'
import { type CheckpointLog, openCheckpointLog } from './checkpointLog.ts'
import { readStore } from './readStore.ts'

export interface CopyOptions {
  /** What the savepoint is called in the store that it is copied to. */
  readonly name: string
  /** Which checkpoint; the latest when left out. */
  readonly checkpoint?: number
}

/**
 * Copies a checkpoint into another store, of whatever kind, as a savepoint: a run that is given that store goes on from it.
 * It may be read beside a run. Rejects with SNAPSHOT_MISMATCH where the other store holds checkpoints of another job,
 * INVALID_ARGUMENT where there is no such checkpoint or the name is taken, and as stores do.
 *
 * @example await copyCheckpoint(lmdbStore('state/rides'), lmdbStore('backup/rides'), { name: 'before the move' })
 */
export function copyCheckpoint(from: StateStore, to: StateStore, options: CopyOptions): Promise<CheckpointInfo> {
  return readStore(from, async (reader) => {
    const { info, nodes } = await reader.read(options.checkpoint ?? reader.newest())
    const whole = captures(nodes, (state) => ({ ...state, isWhole: true }))
    return writeTo(to, info.header.job, (log) => log.save({ header: info.header, nodes: whole }, options))
  })
}

/**
 * Keeps the latest checkpoint of a store that no run has open as a savepoint: it shares all state with it, and costs next to
 * nothing. Rejects with INVALID_ARGUMENT where there is none or the name is taken, and as stores do.
 *
 * @example await nameCheckpoint(lmdbStore('state/rides'), 'end of May')
 */
export function nameCheckpoint(store: StateStore, name: string): Promise<CheckpointInfo> {
  return writeTo(store, undefined, async (log) => {
    const { info, nodes } = await log.load('latest')
    const unchanged = captures(nodes, ({ head }) => ({ head, isWhole: false, entries: [] }))
    return log.save({ header: info.header, nodes: unchanged }, { name })
  })
}

function captures(
  nodes: ReadonlyMap<string, NodeRestore>,
  capture: (state: NodeRestore) => NodeCapture,
): ReadonlyMap<string, NodeCapture> {
  return new Map([...nodes].map(([path, state]) => [path, capture(state)]))
}

async function writeTo<T>(
  store: StateStore,
  job: string | undefined,
  write: (log: CheckpointLog) => Promise<T>,
): Promise<T> {
  const connection = await store.open()
  try {
    return await write(await openCheckpointLog(connection, job === undefined ? {} : { job }))
  } finally {
    await connection.close()
  }
}
