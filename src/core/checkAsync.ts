/** The rules of asynchronous steps that can be checked before anything runs. */
import type { AsyncSpec } from './asyncStep.ts'
import { checkChoice } from './checkChoice.ts'
import { retractionsRefused } from './checkWindowing.ts'
import { DataflowError, showValue } from './errors.ts'
import type { CollectionInfo } from './graph.ts'

export function checkAsync(step: string, spec: AsyncSpec, input: CollectionInfo): void {
  checkChoice(step, 'onError', spec.onError, ['fail', 'output'])
  checkChoice(step, 'order', spec.order, ['kept', 'any'])
  checkCount(step, 'concurrency', spec.concurrency)
  checkCount(step, 'retry.attempts', spec.attempts)
  if (spec.timeout !== undefined) checkCount(step, 'timeout', spec.timeout)
  if (input.retracts && spec.order === 'any') {
    throw retractionsRefused(
      step,
      "order 'any' may let a withdrawal overtake the addition that it withdraws",
      "Leave order at 'kept'.",
    )
  }
  if (input.windowing.windowFn?.shape === 'sequence') {
    throw new DataflowError('WINDOW_MISMATCH', {
      step,
      problem: `${input.windowing.windowKind} windows are cut from the values at the grouping, and this step would change the values in between.`,
      remedy: 'Put it before windowInto(...), or after the grouping.',
    })
  }
}

function checkCount(step: string, name: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 1) return
  throw new DataflowError('INVALID_ARGUMENT', {
    step,
    problem: `${name} is ${showValue(count)}, but must be a whole number >= 1.`,
    remedy: `Pass a whole ${name}, or leave it out.`,
  })
}
