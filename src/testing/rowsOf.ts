import type { Row } from '../core/bundle.ts'
import { DataflowError } from '../core/errors.ts'
import { MAIN } from '../core/node.ts'
import type { PCollection } from '../core/pcollection.ts'
import type { RunLog } from '../core/stepLog.ts'

/** A step of the plan: its path, `path:port` for another port than the main one, or the collection that it gives. */
export type StepRef<T = unknown, K = unknown> = string | PCollection<T, K>

/**
 * Every row that a step sent, in order. Throws INVALID_ARGUMENT for a step that the log does not know.
 *
 *     rowsOf(log, 'perMinute:late')
 */
export function rowsOf(log: RunLog, step: StepRef): readonly Row[] {
  const id = stepId(step)
  const rows = log.rows[id]
  if (rows !== undefined) return rows
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `the log has no rows of "${id}"; it has those of ${Object.keys(log.rows).join(', ') || 'no step'}.`,
    remedy: 'Name one of these, or give the step a name of its own.',
  })
}

/** How a log calls the step's output. */
export function stepId(step: StepRef): string {
  if (typeof step === 'string') return step
  return step.at.port === MAIN ? step.at.node : `${step.at.node}:${step.at.port}`
}
