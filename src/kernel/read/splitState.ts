/** What a read remembers of one split: its watermark estimator, and when it last brought something. */
import type { Json } from '../../core/json.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { WatermarkEstimator, WatermarkStrategy } from '../../core/watermark.ts'

export interface SplitState {
  readonly id: string
  /** Its input of the read's valve. */
  readonly input: number
  readonly estimator: WatermarkEstimator<unknown>
  /** Processing time of the last element, or of the split's start. */
  lastElementAt: Timestamp
  isFinished: boolean
}

export interface SplitSnapshot {
  readonly id: string
  readonly estimator: Json
  readonly lastElementAt: Timestamp
  readonly isFinished: boolean
}

export function saveSplit({ id, estimator, lastElementAt, isFinished }: SplitState): SplitSnapshot {
  return { id, estimator: estimator.save(), lastElementAt, isFinished }
}

/** Reads without timestamps or without a strategy know nothing before the end of input. */
const UNKNOWING: WatermarkEstimator<unknown> = { onElement: () => MIN_TIMESTAMP, save: () => null }

export function newSplit(
  strategy: WatermarkStrategy<unknown> | undefined,
  id: string,
  input: number,
  now: Timestamp,
  saved?: SplitSnapshot,
): SplitState {
  return {
    id,
    input,
    estimator: strategy?.create(saved?.estimator) ?? UNKNOWING,
    lastElementAt: saved?.lastElementAt ?? now,
    isFinished: saved?.isFinished ?? false,
  }
}
