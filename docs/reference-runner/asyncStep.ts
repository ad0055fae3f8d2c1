/** Steps whose callback answers later (R119). The log says when a call has ended, and with what. */
import type { AsyncSpec, CallOutcome } from '../../src/core/asyncStep.ts'
import type { Row } from '../../src/core/bundle.ts'
import { DataflowError, isDataflowError, showValue } from '../../src/core/errors.ts'
import { FAILED, type FailedElement, MAIN } from '../../src/core/node.ts'
import { MIN_TIMESTAMP } from '../../src/core/time.ts'
import type { ReferenceNode, RowSignal, Sent, Signal } from './signals.ts'
import { toAllPorts } from './signals.ts'

/** An element whose result has not left. */
interface Flight {
  readonly number: number
  readonly signal: RowSignal
  readonly arrivedAt: number
  outcome?: CallOutcome
}

export function asyncStep(step: string, spec: AsyncSpec): ReferenceNode {
  let flights: Flight[] = []
  let arrived = 0
  let watermark = MIN_TIMESTAMP
  let sentWatermark = MIN_TIMESTAMP
  let isInputIdle = false
  let isIdle = false

  return {
    visit: ([signals = []]) => signals.flatMap((signal) => [...take(signal), ...state()]),
    complete(call, outcome) {
      const flight = flights.find(({ number }) => number === call)
      if (flight === undefined || flight.outcome !== undefined) {
        throw new DataflowError('INVALID_ARGUMENT', {
          step,
          problem: `call ${call} is not in flight.`,
          remedy: 'End each call once.',
        })
      }
      if ('error' in outcome && spec.onError === 'fail') throw failure(flight.signal.row, outcome.error)
      flight.outcome = outcome
      const sent: Sent[] = []
      for (let next = leaving(); next !== undefined; next = leaving()) {
        const gone = next
        flights = flights.filter((each) => each !== gone)
        sent.push(resultOf(gone), ...state())
      }
      return sent
    },
  }

  function take(signal: Signal): Sent[] {
    if (signal.kind === 'row') flights.push({ number: arrived++, signal, arrivedAt: watermark })
    else if (signal.kind === 'watermark') watermark = signal.to
    else isInputIdle = signal.kind === 'idle'
    return []
  }

  /** The next result to leave: that of the oldest element, or where any order will do, of any. */
  function leaving(): Flight | undefined {
    const candidates = spec.order === 'any' ? flights : flights.slice(0, 1)
    return candidates.find((flight) => flight.outcome !== undefined)
  }

  /** The watermark and the idleness of the output, where they are not what was said last. */
  function state(): Sent[] {
    const sent: Sent[] = []
    const to = Math.min(watermark, ...flights.map(({ arrivedAt }) => arrivedAt))
    const isQuiet = isInputIdle && flights.length === 0
    if (to > sentWatermark) sent.push(toAllPorts({ kind: 'watermark', to }))
    if (isQuiet !== isIdle) sent.push(toAllPorts({ kind: isQuiet ? 'idle' : 'active' }))
    sentWatermark = Math.max(sentWatermark, to)
    isIdle = isQuiet
    return sent
  }

  function resultOf({ signal, outcome }: Flight): Sent {
    const { row } = signal
    if (outcome !== undefined && 'value' in outcome) {
      return { port: MAIN, signal: { ...signal, atomic: false, row: { ...row, value: outcome.value } } }
    }
    const value: FailedElement<unknown> = { element: row.value, step, error: outcome?.error }
    return { port: FAILED, signal: { ...signal, atomic: false, windows: undefined, row: { ...row, value } } }
  }

  function failure(row: Row, error: unknown): DataflowError {
    if (isDataflowError(error)) return error
    return new DataflowError('USER_CODE_FAILED', {
      step,
      problem: `the callback failed for element ${showValue(row.value)}.`,
      remedy: `Mend the callback, or give the step { onError: 'output' }.`,
      cause: error,
    })
  }
}
