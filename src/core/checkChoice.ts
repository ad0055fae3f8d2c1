import { DataflowError, showValue } from './errors.ts'

/** Throws INVALID_ARGUMENT unless the option's value is one of its choices. */
export function checkChoice(step: string, option: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return
  throw new DataflowError('INVALID_ARGUMENT', {
    step,
    problem: `${option} is ${showValue(value)}.`,
    remedy: `It is one of ${choices.map((choice) => `'${choice}'`).join(', ')}.`,
  })
}
