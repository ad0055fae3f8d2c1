/** Wraps what an author's function threw, once, with where it happened. */
import { DataflowError, isDataflowError, showValue } from '../../core/errors.ts'
import type { ElementContext } from '../../core/node.ts'
import { formatTimestamp } from '../../core/time.ts'

export function userCodeError(step: string, error: unknown, value: unknown, context: ElementContext): DataflowError {
  if (isDataflowError(error)) return error
  const { window } = context
  const where = window ? ` in window [${formatTimestamp(window.start)}, ${formatTimestamp(window.end)})` : ''
  const key = context.key === undefined ? '' : ` of key ${showValue(context.key)}`
  const message = error instanceof Error ? error.message : showValue(error)
  return new DataflowError('USER_CODE_FAILED', {
    step,
    problem: `the callback threw "${message}" for element ${showValue(value)}${key} at ${formatTimestamp(context.timestamp)}${where}.`,
    remedy: `Mend the callback, or give the step { onError: 'output' } to send such elements to its failed output.`,
    cause: error,
  })
}
