/**
 * The embedded runner: one process, one thread. Kernel nodes run inside RxJS operators; sources are pulled; the clock is
 * the machine's unless another is given.
 */

import type { CheckpointInfo } from '../../core/checkpoint.ts'
import type { Plan } from '../../core/graph.ts'
import { checkRequirements } from '../../core/requirements.ts'
import type { Capability, CheckpointedRunHandle, Runner, RunOptions, RunSummary } from '../../core/runner.ts'
import type { StepLog } from '../../core/stepLog.ts'
import { validatePlan } from '../../core/validatePlan.ts'
import type { CheckpointOptions } from './openCheckpoints.ts'
import { startRun } from './startRun.ts'

export interface LocalRunOptions extends RunOptions {
  /** Elements pushed through the chains at once at most; changes no result. Default 1,024. */
  readonly bundleSize?: number
  /** Milliseconds that values of a live source may wait for a fuller bundle. Default 0. */
  readonly linger?: number
  /** Elements read from one split before the next is considered; part of the interleaving. Default 1,024. */
  readonly quantum?: number
  /** False to never generate code, as under a content security policy without unsafe-eval. Default true. */
  readonly generateCode?: boolean
  /** True to encode and decode every value and key on every edge, which shows what would break on another machine. */
  readonly strictCoders?: boolean
  /** Milliseconds between two calls of onProgress. Default 200. */
  readonly progressEvery?: number
  /** Milliseconds without a move of the watermark after which onStall is called. Default 60,000. */
  readonly stallAfter?: number
  /** Keeps checkpoints, and goes on from the last one where the store has any; without it a run that is stopped starts over. */
  readonly checkpoint?: CheckpointOptions
  /** Called when a checkpoint is safe. */
  readonly onCheckpoint?: (info: CheckpointInfo) => void
  /** Called with the run's step log when it has ended, in whatever way: it can be replayed. */
  readonly onRecorded?: (log: StepLog) => void
}

/** The local runner's handles also take savepoints and suspend. */
export interface LocalRunner extends Runner<LocalRunOptions> {
  run(plan: Plan, options?: LocalRunOptions): CheckpointedRunHandle
}

const CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  'event-time',
  'processing-time',
  'merging-windows',
  'sequence-windows',
  'retractions',
  'keyed-state',
  'async-calls',
  'custom-triggers',
  'custom-windows',
  'multi-input',
  'side-inputs',
  'unbounded',
])

/**
 * The runner for one process, in Node and in the browser.
 *
 *     const { done } = localRunner().run(p.plan())
 *     const summary = await done
 */
export function localRunner(): LocalRunner {
  return {
    name: 'local',
    capabilities: CAPABILITIES,
    run(plan: Plan, options: LocalRunOptions = {}): CheckpointedRunHandle {
      checkRequirements(validatePlan(plan), { name: 'local', capabilities: CAPABILITIES })
      return startRun(plan, options)
    },
  }
}

/**
 * Runs a pipeline or a plan in this process and answers its summary when it has ended.
 *
 *     const summary = await run(p)
 *
 * For a handle with `cancel`, `drain` and `progress`, use localRunner().run(plan). Rejects with a DataflowError.
 */
export async function run(what: Plan | { plan(): Plan }, options: LocalRunOptions = {}): Promise<RunSummary> {
  return localRunner().run(isPipeline(what) ? what.plan() : what, options).done
}

/** What is neither a pipeline nor a plan is told by the check of plans. */
function isPipeline(what: Partial<Plan & { plan(): Plan }> | undefined): what is { plan(): Plan } {
  return typeof what?.plan === 'function'
}
