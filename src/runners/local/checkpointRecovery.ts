/** Runs with checkpoints. Loaded only by them: a program without a store has nothing of this to load. */
import type { CheckpointInfo } from '../../core/checkpoint.ts'
import { type CheckpointedRun, Checkpointer } from './checkpointer.ts'
import { type CheckpointOptions, openCheckpoints } from './openCheckpoints.ts'
import type { Recovery } from './recovery.ts'

export interface RecoveryOptions extends CheckpointOptions {
  readonly onCheckpoint?: ((info: CheckpointInfo) => void) | undefined
}

/** A run with checkpoints in a store. Rejects as openCheckpoints does. */
export async function checkpointRecovery(run: CheckpointedRun, options: RecoveryOptions): Promise<Recovery> {
  const { log, resumed, positions, claims, overflow, close } = await openCheckpoints(run.plan, run.clock, options)
  if (overflow) run.region.overflowTo(overflow)
  const isMigrated = [...(resumed?.nodes.values() ?? [])].some((node) => node.isMigrated)
  const checkpointer = new Checkpointer(run, log, claims, { ...options, isMigrated })
  return {
    resumed,
    positions,
    guarantee: options.guarantee ?? 'exactly-once',
    checkpoints: checkpointer,
    async suspend() {
      await checkpointer.take()
      await checkpointer.settled()
    },
    async commit() {
      if (resumed?.info.header.phase !== 'ending') await checkpointer.ending()
      await run.feeds.commit()
      await checkpointer.finished()
    },
    async leave() {
      // Whatever could not be saved, the checkpoint before it still can be resumed from.
      await checkpointer.settled().catch(() => {})
      await (log.latest === undefined ? run.feeds.abort() : run.feeds.suspend())
    },
    savepoint: (name) => checkpointer.savepoint(name),
    async close() {
      checkpointer.close()
      await close()
    },
  }
}
