/** The arguments of a window function are checked when it is made, so that no pipeline starts with a wrong one. */
import { DataflowError, type DataflowErrorCode, showValue } from '../core/errors.ts'
import { type Duration, MAX_TIMESTAMP } from '../core/time.ts'

/** Longer windows would leave the safe integers at the ends of time; this is more than 11,000 years. */
export const LONGEST_DURATION: Duration = Number.MAX_SAFE_INTEGER - MAX_TIMESTAMP

/**
 * Answers `value` when it is an integer of milliseconds in [least, LONGEST_DURATION], else throws a DataflowError that
 * begins with `what`, such as `tumbling(size): the size`.
 */
export function checkDuration(
  what: string,
  value: Duration,
  least: 0 | 1 = 1,
  code: DataflowErrorCode = 'INVALID_ARGUMENT',
): Duration {
  if (Number.isInteger(value) && value >= least && value <= LONGEST_DURATION) return value + 0
  const kind = least === 1 ? 'a positive integer' : 'an integer of at least 0'
  throw new DataflowError(code, {
    problem: `${what} is ${showValue(value)}, but must be ${kind} of milliseconds, at most ${LONGEST_DURATION}.`,
    remedy: 'Write it with milliseconds(), seconds(), minutes(), hours() or days().',
  })
}

/** Answers `offset` as the equal one in [0, period); an offset is an integer with |offset| < period (R11). */
export function checkOffset(what: string, offset: Duration, period: Duration): Duration {
  if (Number.isInteger(offset) && Math.abs(offset) < period) return offset < 0 ? offset + period : offset + 0
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `${what} is ${showValue(offset)}, but must be an integer between ${-period} and ${period}, both excluded.`,
    remedy: 'An offset shifts the grid by less than one period; leave out whole periods.',
  })
}

/** Answers `value` when it is a safe integer of at least 1, else throws a DataflowError that begins with `what`. */
export function checkCount(what: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `${what} is ${showValue(value)}, but must be a positive integer.`,
    remedy: 'Give a number of elements, 1 or more.',
  })
}

/** Answers `value` when it is one of `choices`, else throws a DataflowError that begins with `what`. */
export function checkChoice<C extends string>(what: string, value: C, choices: readonly C[]): C {
  if (choices.includes(value)) return value
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `${what} is ${showValue(value)}.`,
    remedy: `It can be ${choices.map((choice) => `'${choice}'`).join(', ')}.`,
  })
}
