/** What a run of stateless steps is to the node that owns it, however it is carried out. */
import type { Bundle } from '../../core/bundle.ts'
import type { ParDoForm, ParDoSpec } from '../../core/node.ts'
import type { RowContext } from './rowContext.ts'

export interface ChainStep {
  readonly form: ParDoForm
  readonly fn: ParDoSpec['fn']
}

export interface ChainContext extends RowContext {
  /** After a failure: the step at work, and the value that it was given. */
  step: number
  value: unknown
}

/** Takes a bundle through all steps. The answer is valid until the next call; what a step throws passes through. */
export type ChainRun = (bundle: Bundle, context: ChainContext) => Bundle

/** What steps do to rows: a column that they leave alone need not be written again. */
export interface ChainEffect {
  /** Every row goes on, as one row: all columns but values and keys are those of the input. */
  readonly keepsRows: boolean
  readonly changesValues: boolean
  readonly changesKeys: boolean
}

export function chainEffect(steps: readonly ChainStep[]): ChainEffect {
  const has = (...forms: ParDoForm[]): boolean => steps.some(({ form }) => forms.includes(form))
  return {
    keepsRows: !has('filter', 'flatMap'),
    changesValues: has('map', 'unkey', 'flatMap'),
    changesKeys: has('key', 'unkey'),
  }
}
