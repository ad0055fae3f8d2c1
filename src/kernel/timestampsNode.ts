/** Gives rows new timestamps: later ones, or any with a watermark estimate of their own, which replaces the input's (D15). */
import type { Signal } from '../core/bundle.ts'
import { DataflowError, showValue } from '../core/errors.ts'
import type { TimestampsSpec } from '../core/node.ts'
import { NO_PANE } from '../core/pane.ts'
import { formatTimestamp, isElementTimestamp, MAX_TIMESTAMP, type Timestamp } from '../core/time.ts'
import type { WatermarkEstimator } from '../core/watermark.ts'
import type { KernelNode, PortSpec } from './kernelNode.ts'
import { Outlet } from './outlet.ts'
import { RowContext } from './stateless/rowContext.ts'
import { userCodeError } from './stateless/userCodeError.ts'
import { walkBundle } from './walkBundle.ts'

interface TimestampsSnapshot {
  readonly watermark: Timestamp
  readonly estimator: unknown
}

export class TimestampsNode implements KernelNode {
  readonly path: string
  readonly #spec: TimestampsSpec
  readonly #outlet: Outlet
  #estimator: WatermarkEstimator<unknown> | undefined
  #context: RowContext | undefined

  constructor(path: string, spec: TimestampsSpec, main: PortSpec) {
    this.path = path
    this.#spec = spec
    this.#outlet = new Outlet(main)
    this.#estimator = spec.watermark?.create()
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle') {
      this.#outlet.signal(signal)
      return
    }
    this.#context ??= new RowContext(signal)
    const context = this.#context
    context.bundle = signal
    this.#outlet.startBundle(signal.atomic)
    walkBundle(
      signal,
      (row) => {
        const value = signal.values[row]
        const ordinal = signal.ordinals?.[row] ?? 0
        context.row = row
        context.key = signal.keys?.[row]
        const timestamp = this.#timestampOf(value, context)
        const { pane, isRetraction } = context
        this.#outlet.row(value, timestamp, context.key, undefined, pane ?? NO_PANE, isRetraction, ordinal)
        if (this.#estimator) this.#outlet.move(this.#estimator.onElement(timestamp, value), ordinal)
      },
      (watermark, ordinal) => {
        // With an estimate of its own only the end of input passes.
        if (this.#estimator === undefined || watermark === MAX_TIMESTAMP) this.#outlet.move(watermark, ordinal)
      },
    )
    this.#outlet.flush()
  }

  snapshot(): TimestampsSnapshot {
    return { watermark: this.#outlet.watermark, estimator: this.#estimator?.save() }
  }

  restore(snapshot: TimestampsSnapshot): void {
    this.#outlet.watermark = snapshot.watermark
    // What the strategy saved is what it is given back.
    this.#estimator = this.#spec.watermark?.create(snapshot.estimator as never)
  }

  #timestampOf(value: unknown, context: RowContext): Timestamp {
    let timestamp: Timestamp
    try {
      timestamp = this.#spec.fn(value, context)
    } catch (error) {
      throw userCodeError(this.path, error, value, context, 'Mend the callback.')
    }
    if (!isElementTimestamp(timestamp)) throw invalidTimestamp(this.path, timestamp, value)
    if (this.#estimator === undefined && timestamp < context.timestamp) {
      throw new DataflowError('TIMESTAMP_REGRESSED', {
        step: this.path,
        problem: `element ${showValue(value)} at ${formatTimestamp(context.timestamp)} was given the earlier timestamp ${formatTimestamp(timestamp)}, which may be behind the watermark (D15).`,
        remedy: 'Give withTimestamps a watermark strategy of its own, or only move timestamps forward.',
      })
    }
    return timestamp
  }
}

/** A timestamp that no element may carry (R2). */
export function invalidTimestamp(step: string, timestamp: unknown, value: unknown): DataflowError {
  return new DataflowError('INVALID_TIMESTAMP', {
    step,
    problem: `the timestamp of element ${showValue(value)} is ${showValue(timestamp)}, not an integer of milliseconds within the limits of R1.`,
    remedy:
      'Mend the timestamp function; dates become milliseconds by getTime(), microseconds by division and Math.floor.',
  })
}
