import { DataflowError, showValue } from '../../core/errors.ts'

/** Answers the value. Throws INVALID_RECORD for what is not a number: text would be concatenated instead of added. */
export function requireNumber(value: unknown, combiner: string): number {
  if (typeof value === 'number') return value
  throw new DataflowError('INVALID_RECORD', {
    problem: `${combiner} was given ${showValue(value)}, which is not a number.`,
    remedy: `Let the function given to ${combiner} answer a number for each element.`,
  })
}

/** The number of an element that is one itself, which `requireNumber` then checks. */
export function itself(value: unknown): number {
  return value as number
}
