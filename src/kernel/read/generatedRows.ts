/**
 * A read and the stateless steps behind it as one generated loop: each value gets its timestamp and goes through all steps
 * while it is at hand. Measured on five steps, a loop for each of both takes a third longer.
 */
import { NO_PANE } from '../../core/pane.ts'
import { GLOBAL_MAX, MIN_TIMESTAMP } from '../../core/time.ts'
import { rowsOf } from '../stateless/callParDo.ts'
import { chainEffect } from '../stateless/chainRun.ts'
import { chainBody, stepConstants } from '../stateless/chainSource.ts'
import type { NamedStep } from '../stateless/fusedChain.ts'
import { userCodeError } from '../stateless/userCodeError.ts'
import type { RowLoop } from './stampRows.ts'

/** What callbacks behind a read are shown: its rows have been through no grouping. */
class ReadContext {
  timestamp = MIN_TIMESTAMP
  key: unknown = undefined
  readonly window = undefined
  readonly pane = NO_PANE
  readonly isRetraction = false
}

/** Undefined where a content security policy forbids to generate code. */
export function generatedRows(steps: readonly NamedStep[], identity: string): RowLoop | undefined {
  const { before, row, after } = placement(steps)
  const context = new ReadContext()
  const failure = (step: number, error: unknown, value: unknown): Error =>
    userCodeError((steps[step] as NamedStep).path, error, value, context)
  // Steps are numbered from 0: while `step` is below, it is the timestamp that is asked for.
  const source = `
    // ${identity}
    ${stepConstants(steps)}
    return function rows(values, from, to, stamp, highest, buffer, run) {
      ${before}
      let i = from, step = -1, value
      run.unstamped = undefined
      run.above = -Infinity
      try {
        for (; i < to; i++) {
          let v = values[i], k
          step = -1
          const t = stamp(v)
          if (!(Number.isInteger(t) && t >= ${MIN_TIMESTAMP} && t <= ${GLOBAL_MAX})) {
            run.unstamped = { timestamp: t }
            break
          }
          context.timestamp = t
          ${chainEffect(steps).changesKeys ? 'context.key = undefined' : ''}
          ${chainBody(steps, row)}
          if (t > highest) {
            run.above = t
            i++
            break
          }
        }
      } catch (error) {
        if (step >= 0) throw failure(step, error, value)
        run.unstamped = { error }
      } finally {
        ${after}
        run.next = i
      }
    }`
  try {
    return new Function('steps', 'context', 'failure', 'rowsOf', source)(steps, context, failure, rowsOf) as RowLoop
  } catch {
    return undefined
  }
}

/** Where a row that has passed all steps goes, with what stands before and after the loop. */
function placement(steps: readonly NamedStep[]): Record<'before' | 'row' | 'after', string> {
  if (steps.some(({ form }) => form === 'flatMap')) {
    return { before: '', row: 'buffer.append(v, t, k, undefined, context.pane, false, 0)', after: '' }
  }
  return {
    // The buffer's columns stand in locals: as fields they would be read again for every row.
    before: `let n = buffer.length
      buffer.reserve(n + to - from)
      const { timestamps, keys } = buffer, column = buffer.values === values ? null : buffer.values`,
    row: `if (column !== null) column[n] = v
          timestamps[n] = t
          if (keys !== null) keys[n] = k
          n++`,
    after: 'buffer.length = n',
  }
}
