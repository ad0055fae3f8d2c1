import type { AsyncSpec } from '../../core/asyncStep.ts'
import type { SimulatedProcess } from './simulatedWorld.ts'

/**
 * An asynchronous step of the plan whose calls may be slow, fail, run out of time or be the last thing that a process does.
 * A call that would send its element to `failed` does not fail: the run without faults has no such row.
 */
export function simulatedCalls(spec: AsyncSpec, process: SimulatedProcess): AsyncSpec {
  return {
    ...spec,
    fn: (value, context) =>
      process.attempt(() => spec.fn(value, context), {
        isRetried: context.attempt < spec.attempts,
        hasTimeout: spec.timeout !== undefined,
        endsRun: spec.onError === 'fail',
      }),
  }
}
