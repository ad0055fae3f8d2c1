/** What goes wrong where elements enter, each with the value and the remedy. */
import { DataflowError, isDataflowError, showThrown, showValue } from '../../core/errors.ts'
import type { ReadFailure } from '../../core/source.ts'
import { formatTimestamp, type Timestamp } from '../../core/time.ts'

export function stampError(step: string, error: unknown, value: unknown): DataflowError {
  if (isDataflowError(error)) return error
  return new DataflowError('USER_CODE_FAILED', {
    step,
    problem: `the timestamp function threw ${showThrown(error)} for element ${showValue(value)}.`,
    remedy: `Mend the function, or read with { onError: 'output' } to send such elements to the failed output.`,
    cause: error,
  })
}

export function recordError(step: string, { raw, place, error }: ReadFailure): DataflowError {
  if (isDataflowError(error)) return error
  return new DataflowError('INVALID_RECORD', {
    step,
    problem: `the record at ${place} could not be decoded: ${error instanceof Error ? error.message : showValue(error)} (${showValue(raw)}).`,
    remedy: `Mend the input, or read with { onError: 'output' } to send such records to the failed output.`,
    cause: error,
  })
}

/** The watermark that a script moves a split to, which may not fall (R4). */
export function checkedMove(step: string, split: string, last: Timestamp, watermark: Timestamp): Timestamp {
  if (watermark >= last && Number.isInteger(watermark)) return watermark
  throw new DataflowError('WATERMARK_REGRESSED', {
    step,
    problem: `the watermark of split "${split}" went from ${formatTimestamp(last)} to ${formatTimestamp(watermark)}. A watermark may only rise (R4).`,
    remedy: 'Mend the script, or raise the out-of-orderness bound of the estimate.',
  })
}
