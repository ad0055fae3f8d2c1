/**
 * The step log is the schedule of a run (R117): what happened, in the one order that decides every result. A scripted
 * test writes it by hand, a live run records it, a replay runs it again, and every runner that takes it gives the same rows.
 * Watermarks are explicit here: estimators are not asked when a log is run.
 */
import type { CallOutcome } from './asyncStep.ts'
import type { Row } from './bundle.ts'
import type { GroupAccounting } from './runner.ts'
import type { Timestamp } from './time.ts'

/** One element of a split; without `timestamp` the read's own timestamp function is asked. */
export interface ElementStep {
  readonly kind: 'element'
  readonly value: unknown
  readonly timestamp?: Timestamp
  /** Path of the read node; may be left out when the plan has one read. */
  readonly read?: string
  /** Split of that read; '0' when left out. Splits are known from the first step that names them or from `splits`. */
  readonly split?: string
}

/** Elements whose triggers are asked once, after all of them: how engines with atomic bundles work (D3). */
export interface AtomicBundleStep {
  readonly kind: 'atomic'
  readonly elements: readonly { readonly value: unknown; readonly timestamp?: Timestamp }[]
  readonly read?: string
  readonly split?: string
}

export interface WatermarkStep {
  readonly kind: 'watermark'
  /** Exclusive; must not be lower than the split's last one. */
  readonly to: Timestamp
  readonly read?: string
  readonly split?: string
}

export interface ClockStep {
  readonly kind: 'clock'
  /** Processing time; must not be lower than before. */
  readonly to: Timestamp
}

export interface IdleStep {
  readonly kind: 'idle' | 'active'
  readonly read?: string
  readonly split?: string
}

/** A call of an asynchronous step has come to its end (R119): the callback itself is not asked when a log is run. */
export interface CompletionStep {
  readonly kind: 'completion'
  /** Path of the step; may be left out when the plan has one asynchronous step. */
  readonly step?: string
  /** Elements are counted as they come to the step, from 0. */
  readonly call: number
  readonly outcome: CallOutcome
}

/** All input has ended: every split's watermark becomes MAX_TIMESTAMP. */
export interface EndStep {
  readonly kind: 'end'
}

export type LogStep = ElementStep | AtomicBundleStep | WatermarkStep | ClockStep | IdleStep | CompletionStep | EndStep

export interface StepLog {
  /** Splits per read path that exist from the start; each read has one split '0' when left out. */
  readonly splits?: Readonly<Record<string, readonly string[]>>
  /** Processing time before the first step. */
  readonly startAt: Timestamp
  readonly steps: readonly LogStep[]
}

/** Everything that came out of a run, by `path` for main ports and `path:port` for others. */
export interface RunLog {
  readonly rows: Readonly<Record<string, readonly Row[]>>
  readonly groups: readonly GroupAccounting[]
}
