import type { CheckpointInfo, NodeCapture } from '../core/checkpoint.ts'
import type { StoreConnection } from '../core/stateStore.ts'
import { openCheckpointLog } from './checkpointLog.ts'
import type { LoadedCheckpoint } from './checkpointReader.ts'

/**
 * Names the latest checkpoint of a store that no run has open: the savepoint shares all state with it, and costs next to
 * nothing. Rejects with INVALID_ARGUMENT where there is none or the name is taken, and as the store does.
 */
export async function nameCheckpoint(connection: StoreConnection, name: string): Promise<CheckpointInfo> {
  const log = await openCheckpointLog(connection)
  const { info, nodes } = await log.load('latest')
  const unchanged = [...nodes].map(([path, { head }]): [string, NodeCapture] => [
    path,
    { head, isWhole: false, entries: [] },
  ])
  return log.save({ header: info.header, nodes: new Map(unchanged) }, { name })
}

/**
 * Copies a checkpoint into another store, of whatever kind, as a savepoint: a run that is given that store goes on from it.
 * Rejects with SNAPSHOT_MISMATCH where that one holds checkpoints of another job.
 */
export async function copyCheckpoint(
  { info, nodes }: LoadedCheckpoint,
  to: StoreConnection,
  name: string,
): Promise<CheckpointInfo> {
  const log = await openCheckpointLog(to, { job: info.header.job })
  const whole = [...nodes].map(([path, state]): [string, NodeCapture] => [path, { ...state, isWhole: true }])
  return log.save({ header: info.header, nodes: new Map(whole) }, { name })
}
