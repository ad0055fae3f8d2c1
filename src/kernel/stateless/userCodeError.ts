/** Wraps what an author's function threw, once, with where it happened. */
import { errorAt } from '../../core/errorAt.ts'
import { DataflowError, isDataflowError, showThrown, showValue } from '../../core/errors.ts'
import { formatTimestamp, type Timestamp } from '../../core/time.ts'
import type { Window } from '../../core/window.ts'

/** Where an element stands; an element's context is one. */
export interface ElementPlace {
  readonly key: unknown
  readonly timestamp: Timestamp
  readonly window: Window | undefined
}

const REMEDY = `Mend the callback, or give the step { onError: 'output' } to send such elements to its failed output.`

export function userCodeError(
  step: string,
  error: unknown,
  value: unknown,
  place: ElementPlace,
  remedy = REMEDY,
): DataflowError {
  const element = showElement(value, place)
  if (isDataflowError(error)) return errorAt(step, error, `It happened for ${element}.`)
  const problem = `the callback threw ${showThrown(error)} for ${element}.`
  return new DataflowError('USER_CODE_FAILED', { step, problem, remedy, cause: error })
}

/** An element with its key, timestamp and window, for messages. */
export function showElement(value: unknown, { key, timestamp, window }: ElementPlace): string {
  const ofKey = key === undefined ? '' : ` of key ${showValue(key)}`
  const inWindow = window ? ` in window [${formatTimestamp(window.start)}, ${formatTimestamp(window.end)})` : ''
  return `element ${showValue(value)}${ofKey} at ${formatTimestamp(timestamp)}${inWindow}`
}
