import type { Row } from '../core/bundle.ts'
import { DataflowError } from '../core/errors.ts'
import type { LocalRunLog } from '../runners/local/runStepLog.ts'
import { diffTable } from './diffTable.ts'
import type { Recording } from './record.ts'
import { planOf, type Runnable, runScript } from './runScript.ts'
import { sameValue } from './sameValue.ts'
import { showRow } from './showRow.ts'

/**
 * Runs a recording again and answers every row of every step. Sources and sinks are not opened.
 *
 *     const log = replay(p, recording)
 *
 * Throws REPLAY_MISMATCH, with both sides, when a sink's rows or a grouping's counts are not those recorded: the pipeline
 * has changed since, or one of its functions depends on more than its arguments. A recorded failure fails again.
 */
export function replay(what: Runnable, recording: Recording): LocalRunLog {
  const plan = planOf(what)
  if (recording.failedRecords > 0) {
    throw mismatch(
      undefined,
      `${recording.failedRecords} records could not be decoded or stamped when it was recorded, and a step log does not hold them.`,
    )
  }
  const log = runScript(plan, recording)
  for (const { path, spec } of plan.nodes) {
    if (spec.kind !== 'write') continue
    const table = diffRows(log.rows[path] ?? [], recording.written[path] ?? [])
    if (table !== undefined) throw mismatch(path, `the rows are not those recorded:\n${table}\n`)
  }
  for (const recorded of recording.groups) {
    const replayed = log.groups.find(({ step }) => step === recorded.step)
    if (sameValue(replayed, recorded)) continue
    throw mismatch(
      recorded.step,
      `it counted ${JSON.stringify(replayed)}, but ${JSON.stringify(recorded)} was recorded.`,
    )
  }
  return log
}

function diffRows(actual: readonly Row[], expected: readonly Row[]): string | undefined {
  const isMatch = (a: Row, b: Row): boolean => sameValue({ ...a }, { ...b })
  return diffTable({ actual, expected, isMatch, showActual: showRow, showExpected: showRow })
}

function mismatch(step: string | undefined, problem: string): DataflowError {
  return new DataflowError('REPLAY_MISMATCH', {
    ...(step !== undefined && { step }),
    problem,
    remedy:
      'Replay with the pipeline that was recorded; its functions may depend on their arguments only and must not change them.',
  })
}
