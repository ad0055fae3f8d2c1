/** What a trigger is built from is checked when it is built. */
import { DataflowError, showValue } from '../core/errors.ts'

/** Refuses anything but an integer of at least `least`, with INVALID_ARGUMENT. */
export function checkWhole(trigger: string, argument: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `${trigger} got ${argument} ${showValue(value)}.`,
    remedy: `Give an integer of at least ${least}.`,
  })
}

/** Refuses a composite without children, with INVALID_ARGUMENT. */
export function checkChildren(trigger: string, children: readonly unknown[]): void {
  if (children.length > 0) return
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `${trigger} got no triggers.`,
    remedy: 'Give it one or more, or use never() for a trigger that does not fire.',
  })
}
