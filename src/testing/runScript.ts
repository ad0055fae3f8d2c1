import type { Plan } from '../core/graph.ts'
import type { StepLog } from '../core/stepLog.ts'
import { validatePlan } from '../core/validatePlan.ts'
import { type LocalRunLog, runStepLog } from '../runners/local/runStepLog.ts'

/** A pipeline, or the plan of one. */
export type Runnable = Plan | { plan(): Plan }

export interface RunScriptOptions {
  /** True to encode and decode every value and key on every edge, as another machine would need it. */
  readonly strictCoders?: boolean
  /** Neighbouring elements of a split that are pushed at once; changes no result. 1 when left out. */
  readonly bundleSize?: number
}

/**
 * Runs a script on the local runner and answers every row of every step. The plan's own sources and sinks are not opened:
 * elements, watermarks and the clock are what the script says, and rows for sinks are in the log.
 *
 *     const log = runScript(p, script().element('a', 3).watermark(10).end())
 *     expectPanes(log, 'perWindow').toEqual([pane([0, 10], 1)])
 *
 * Throws the DataflowError with which the run failed.
 */
export function runScript(what: Runnable, script: StepLog, options: RunScriptOptions = {}): LocalRunLog {
  // Unfused, so that every step has rows to look at.
  return runStepLog(validatePlan(planOf(what)), script, { ...options, mayFuse: false })
}

export function planOf(what: Runnable): Plan {
  return 'plan' in what ? what.plan() : what
}
