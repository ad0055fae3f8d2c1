/**
 * Writes down the step log of a live run: elements with their timestamps and the merged watermark of each read, in the
 * order in which they entered. Replaying it gives the same rows, whatever the machine's clock and sources did.
 */
import type { CallOutcome } from '../../core/asyncStep.ts'
import type { Signal } from '../../core/bundle.ts'
import type { Plan } from '../../core/graph.ts'
import { MAIN } from '../../core/node.ts'
import type { LogStep, StepLog } from '../../core/stepLog.ts'
import type { Timestamp } from '../../core/time.ts'
import { walkBundle } from '../../kernel/walkBundle.ts'

export class Recorder {
  /** The main ports of the plan's reads. */
  readonly ports: ReadonlySet<string>
  readonly #startAt: Timestamp
  readonly #steps: LogStep[] = []

  constructor(plan: Plan, startAt: Timestamp) {
    this.#startAt = startAt
    this.ports = new Set(plan.nodes.flatMap(({ path, spec }) => (spec.kind === 'read' ? [`${path}:${MAIN}`] : [])))
  }

  readonly onSignal = (read: string, _port: string, signal: Signal): void => {
    if (signal.kind !== 'bundle') {
      this.#steps.push({ kind: signal.kind, read })
      return
    }
    walkBundle(
      signal,
      (row) => {
        const timestamp = signal.timestamps[row] as number
        this.#steps.push({ kind: 'element', value: signal.values[row], timestamp, read })
      },
      (to) => this.#steps.push({ kind: 'watermark', to, read }),
    )
  }

  clock(to: Timestamp): void {
    this.#steps.push({ kind: 'clock', to })
  }

  completion(step: string, call: number, outcome: CallOutcome): void {
    this.#steps.push({ kind: 'completion', step, call, outcome })
  }

  finish(done: ((log: StepLog) => void) | undefined): void {
    done?.({ startAt: this.#startAt, steps: this.#steps })
  }
}
