/**
 * A step whose callback answers later (R119). It makes no calls: it hands them out, and the runner brings back what came of
 * them, as steps of the log. An element in flight holds the watermark where it was when the element arrived.
 */
import type { AsyncSpec, CallOutcome } from '../../core/asyncStep.ts'
import type { Bundle, Signal } from '../../core/bundle.ts'
import { DataflowError } from '../../core/errors.ts'
import { type ElementContext, FAILED, type FailedElement, MAIN } from '../../core/node.ts'
import { NO_PANE } from '../../core/pane.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { Window } from '../../core/window.ts'
import type { KernelNode, RunContext } from '../kernelNode.ts'
import { type Outlet, outletOf, type Ports } from '../outlet.ts'
import { passDues } from '../passDues.ts'
import { userCodeError } from '../stateless/userCodeError.ts'
import { walkBundle } from '../walkBundle.ts'

/** A call for the runner to make. */
export interface AsyncCall {
  /** Elements are counted as they come to the step, from 0. */
  readonly number: number
  readonly value: unknown
  readonly context: ElementContext
}

/** An element whose result has not left yet. */
interface Flight extends AsyncCall {
  /** The input watermark when the element arrived: the output does not pass it. */
  readonly heldAt: Timestamp
  /** The windows that the next grouping puts the row into, where they were assigned before. */
  readonly assigned: readonly Window[] | undefined
  /** Set while the result waits for its turn. */
  outcome: CallOutcome | undefined
}

interface AsyncSnapshot {
  readonly watermark: Timestamp
  readonly outputWatermark: Timestamp
  readonly isInputIdle: boolean
  readonly isIdle: boolean
  readonly calls: number
  readonly failures: number
  readonly flights: readonly (Omit<Flight, 'outcome'> & { readonly result: { readonly value: unknown } | undefined })[]
}

export class AsyncNode implements KernelNode {
  readonly path: string
  readonly spec: AsyncSpec
  readonly #context: RunContext
  readonly #main: Outlet
  readonly #failed: Outlet
  /** By number, oldest first. Cleared one by one as results leave. */
  readonly #flights = new Map<number, Flight>()
  /** Not handed out since the start or the restore. */
  #toCall: Flight[] = []
  #calls = 0
  #failures = 0
  #watermark: Timestamp = MIN_TIMESTAMP
  #isInputIdle = false
  /** What was told downstream: an edge with elements in flight is not idle. */
  #isIdle = false

  constructor(path: string, spec: AsyncSpec, ports: Ports, context: RunContext) {
    this.path = path
    this.spec = spec
    this.#context = context
    this.#main = outletOf(ports, MAIN)
    this.#failed = outletOf(ports, FAILED)
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle') {
      this.#isInputIdle = signal.kind === 'idle'
      this.#tellIdleness(signal.ordinal)
      return
    }
    walkBundle(
      signal,
      (row) => this.#arrive(signal, row),
      (watermark, ordinal) => {
        this.#watermark = watermark
        if (this.#flights.size === 0) this.#move(watermark, ordinal)
      },
    )
    this.#flush()
  }

  /** Calls that are to be made, each handed out once. */
  takeCalls(): readonly AsyncCall[] {
    const calls = this.#toCall
    this.#toCall = []
    return calls
  }

  /** A step of the log: what came of a call. Throws what it failed with, unless the step has a `failed` output. */
  complete(number: number, outcome: CallOutcome): void {
    const flight = this.#flights.get(number)
    if (flight === undefined || flight.outcome !== undefined) throw notInFlight(this.path, number)
    if ('error' in outcome && this.spec.onError === 'fail') {
      throw userCodeError(this.path, outcome.error, flight.value, flight.context)
    }
    flight.outcome = outcome
    if (this.spec.order === 'any') this.#leave(flight, outcome)
    else this.#leaveInOrder()
    this.#tellIdleness(this.#context.ordinal)
    this.#flush()
  }

  failures(): number {
    return this.#failures
  }

  snapshot(): AsyncSnapshot {
    return {
      watermark: this.#watermark,
      outputWatermark: this.#main.watermark,
      isInputIdle: this.#isInputIdle,
      isIdle: this.#isIdle,
      calls: this.#calls,
      failures: this.#failures,
      // An error is no data: a call that failed and waits for its turn is made again.
      flights: [...this.#flights.values()].map(({ outcome, ...flight }) => ({
        ...flight,
        result: outcome && 'value' in outcome ? outcome : undefined,
      })),
    }
  }

  restore(snapshot: AsyncSnapshot): void {
    this.#watermark = snapshot.watermark
    this.#main.watermark = snapshot.outputWatermark
    this.#failed.watermark = snapshot.outputWatermark
    this.#isInputIdle = snapshot.isInputIdle
    this.#isIdle = snapshot.isIdle
    this.#calls = snapshot.calls
    this.#failures = snapshot.failures
    for (const { result, ...saved } of snapshot.flights) {
      const flight: Flight = { ...saved, outcome: result }
      this.#flights.set(flight.number, flight)
      if (result === undefined) this.#toCall.push(flight)
    }
  }

  /** Columns are copied: the bundle is valid only during the push. */
  #arrive(bundle: Bundle, row: number): void {
    const flight: Flight = {
      number: this.#calls++,
      value: bundle.values[row],
      context: {
        timestamp: bundle.timestamps[row] as number,
        key: bundle.keys?.[row],
        window: bundle.windows?.[row],
        pane: bundle.panes?.[row] ?? NO_PANE,
        isRetraction: bundle.retractions?.[row] === 1,
      },
      heldAt: this.#watermark,
      assigned: bundle.assigned?.[row],
      outcome: undefined,
    }
    this.#flights.set(flight.number, flight)
    this.#toCall.push(flight)
    this.#tellIdleness(bundle.ordinals?.[row] ?? 0)
  }

  #leaveInOrder(): void {
    for (const flight of this.#flights.values()) {
      if (flight.outcome === undefined) return
      this.#leave(flight, flight.outcome)
    }
  }

  /** Sends one result, then the watermark as far as those in flight allow. */
  #leave({ number, value, context, assigned }: Flight, outcome: CallOutcome): void {
    const { timestamp, key, window, pane, isRetraction } = context
    const ordinal = ++this.#context.ordinal
    if ('value' in outcome) {
      this.#main.row(outcome.value, timestamp, key, window, pane, isRetraction, ordinal, assigned)
    } else {
      this.#failures++
      const failed: FailedElement<unknown> = { element: value, step: this.path, error: outcome.error }
      this.#failed.row(failed, timestamp, key, window, pane, isRetraction, ordinal)
    }
    this.#flights.delete(number)
    this.#moveTo(this.#held)
  }

  /** The input watermark under the hold of the oldest element in flight, which is the lowest. */
  get #held(): Timestamp {
    for (const { heldAt } of this.#flights.values()) return heldAt
    return this.#watermark
  }

  /** A move that begins here: where branches meet, each stop on its way runs through the whole plan before the next. */
  #moveTo(to: Timestamp): void {
    const from = this.#main.watermark
    const { meetings } = this.#context
    if (to <= from) return
    if (meetings === undefined) {
      this.#move(to, ++this.#context.ordinal)
      return
    }
    const cut = (): void => {
      this.#flush()
      meetings.settle()
    }
    cut()
    passDues(meetings, from, to, (watermark) => {
      this.#move(watermark, ++this.#context.ordinal)
      cut()
    })
  }

  #move(watermark: Timestamp, ordinal: number): void {
    this.#main.move(watermark, ordinal)
    this.#failed.move(watermark, ordinal)
  }

  #tellIdleness(ordinal: number): void {
    const isIdle = this.#isInputIdle && this.#flights.size === 0
    if (isIdle === this.#isIdle) return
    this.#isIdle = isIdle
    const signal: Signal = { kind: isIdle ? 'idle' : 'active', ordinal }
    this.#main.signal(signal)
    this.#failed.signal(signal)
  }

  #flush(): void {
    this.#main.flush()
    this.#failed.flush()
  }
}

function notInFlight(step: string, number: number): DataflowError {
  return new DataflowError('INVALID_ARGUMENT', {
    step,
    problem: `call ${number} has ended, but it is not in flight.`,
    remedy: 'Calls are numbered as their elements come to the step, from 0, and each ends once: mend the script.',
  })
}
