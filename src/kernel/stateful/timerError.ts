/** What a timer's callback, or the one of a window's expiry, threw: with where it happened. No element stands for it, so the job fails. */
import { errorAt } from '../../core/errorAt.ts'
import { type DataflowError, showValue } from '../../core/errors.ts'
import { formatTimestamp } from '../../core/time.ts'
import type { StateRecord } from './stateRecord.ts'
import type { SetTimer } from './timerSlots.ts'

export function timerError(step: string, error: unknown, record: StateRecord, { label, at }: SetTimer): DataflowError {
  return errorAt(step, error, `It happened as timer "${label.name}" fired at ${formatTimestamp(at)}${placeOf(record)}.`)
}

export function expirationError(step: string, error: unknown, record: StateRecord): DataflowError {
  return errorAt(step, error, `It happened at the expiry${placeOf(record)}.`)
}

function placeOf({ key, table: { window } }: StateRecord): string {
  return ` for key ${showValue(key)} in window [${formatTimestamp(window.start)}, ${formatTimestamp(window.end)})`
}
