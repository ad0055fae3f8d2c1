import { DataflowError, isDataflowError, showThrown } from './errors.ts'

/**
 * What was thrown, as an error that names the step it happened in. A DataflowError keeps its code, and the step that it
 * names already; anything else is the author's code that failed. `where` is a sentence about the place: element, key, time.
 *
 * @example errorAt('perMinute', new TypeError('x is not a function')).code // 'USER_CODE_FAILED'
 */
export function errorAt(step: string, error: unknown, where?: string): DataflowError {
  const place = where === undefined ? '' : ` ${where}`
  if (!isDataflowError(error)) {
    return new DataflowError('USER_CODE_FAILED', {
      step,
      problem: `code of the step threw ${showThrown(error)}.${place}`,
      remedy: 'Mend that code: the cause has its stack.',
      cause: error,
    })
  }
  if (error.step !== undefined) return error
  const { code, problem, remedy, cause } = error
  return new DataflowError(code, { step, problem: `${problem}${place}`, remedy, ...(cause !== undefined && { cause }) })
}
