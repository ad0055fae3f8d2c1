import { DataflowError } from '../../core/errors.ts'

/** What a run without a store answers who wants to suspend or save it. */
export function noCheckpoints(): DataflowError {
  return new DataflowError('INVALID_ARGUMENT', {
    problem: 'the run has no checkpoints, so it can neither be suspended nor saved.',
    remedy: 'Run with { checkpoint: { store } }.',
  })
}
