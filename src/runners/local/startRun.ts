/** The handle of a run, at once; what runs it is loaded first: who only builds plans loads no kernel and no RxJS. */
import type { Plan } from '../../core/graph.ts'
import type { CheckpointedRunHandle, RunSummary } from '../../core/runner.ts'
import { MIN_TIMESTAMP } from '../../core/time.ts'
import type { LocalRun } from './localRun.ts'
import type { LocalRunOptions } from './localRunner.ts'
import { noCheckpoints } from './noCheckpoints.ts'
import type { Stop } from './sourceLoop.ts'
import { systemClock } from './systemClock.ts'

/** The progress of a run that has not opened anything yet. */
const NOTHING_YET: RunSummary = {
  reads: [],
  groups: [],
  written: {},
  failed: {},
  watermark: MIN_TIMESTAMP,
  outcome: 'finished',
}

export function startRun(plan: Plan, options: LocalRunOptions): CheckpointedRunHandle {
  const startAt = (options.clock ?? systemClock()).now()
  let run: LocalRun | undefined
  const opened = import('./localRun.ts').then(async ({ openRun }) => {
    run = await openRun(plan, options, startAt)
    return run
  })
  const done = opened.then((open) => open.execute())
  // The caller may look at `done` late; a failure is not unhandled until then.
  done.catch(() => {})
  const stop = async (how: Stop): Promise<RunSummary> => {
    const open = await opened
    open.request(how)
    return done
  }
  return {
    done,
    cancel: () => stop('cancelled'),
    drain: () => stop('drained'),
    // Without checkpoints it is refused, and the run goes on.
    suspend: () => (options.checkpoint ? stop('suspended') : Promise.reject(noCheckpoints())),
    savepoint: async (name) => (await opened).savepoint(name),
    progress: () => run?.summary('finished') ?? NOTHING_YET,
  }
}
