/** What a timer's callback, or the one of a window's expiry, threw: with where it happened. No element stands for it, so the job fails. */
import { errorAt } from '../../core/errorAt.ts'
import { type DataflowError, showValue } from '../../core/errors.ts'
import { formatTimestamp } from '../../core/time.ts'
import type { SetTimer, StateRecord } from './stateRecord.ts'

export function timerError(step: string, error: unknown, timer: SetTimer): DataflowError {
  return errorAt(
    step,
    error,
    `It happened as timer "${timer.name}" fired at ${formatTimestamp(timer.at)}${placeOf(timer.record)}.`,
  )
}

export function expirationError(step: string, error: unknown, record: StateRecord): DataflowError {
  return errorAt(step, error, `It happened at the expiry${placeOf(record)}.`)
}

function placeOf({ key, table: { window } }: StateRecord): string {
  return ` for key ${showValue(key)} in window [${formatTimestamp(window.start)}, ${formatTimestamp(window.end)})`
}
