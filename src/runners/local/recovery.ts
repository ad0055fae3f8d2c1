/** How a run ends so that it may be resumed, or not: with checkpoints, a run that did not finish goes on another time. */
import type { CheckpointHeader, CheckpointInfo } from '../../core/checkpoint.ts'
import type { Guarantee } from '../../core/sink.ts'
import type { LoadedCheckpoint } from '../../state/checkpointReader.ts'
import { noCheckpoints } from './noCheckpoints.ts'
import type { SinkFeeds } from './sinkFeeds.ts'
import type { LoopCheckpoints } from './sourceLoop.ts'

export interface Recovery {
  /** What the run goes on from. */
  readonly resumed: LoadedCheckpoint | undefined
  /** Where the splits of each read go on from. */
  readonly positions: CheckpointHeader['positions']
  readonly guarantee: Guarantee | undefined
  /** Checkpoints to take while the sources are read. */
  readonly checkpoints: LoopCheckpoints | undefined
  /** The sources are read as far as they will be and nothing is committed yet; the readers are still open. */
  suspend(): Promise<void>
  /** All input is done: makes every result visible. */
  commit(): Promise<void>
  /** The run ends without a commit, having failed or been cancelled or suspended. */
  leave(): Promise<void>
  savepoint(name: string): Promise<CheckpointInfo>
  close(): Promise<void>
}

/** A run without checkpoints: what is not committed is taken back. */
export function noRecovery(feeds: SinkFeeds): Recovery {
  const refuse = (): Promise<never> => Promise.reject(noCheckpoints())
  return {
    resumed: undefined,
    positions: {},
    guarantee: undefined,
    checkpoints: undefined,
    suspend: refuse,
    commit: () => feeds.commit(),
    leave: () => feeds.abort(),
    savepoint: refuse,
    close: async () => {},
  }
}
