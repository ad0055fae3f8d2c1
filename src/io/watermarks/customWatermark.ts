import { DataflowError } from '../../core/errors.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import { MIN_TIMESTAMP } from '../../core/time.ts'
import type { WatermarkEstimator, WatermarkStrategy } from '../../core/watermark.ts'
import { checkWatermark } from './punctuated.ts'

/** An estimator of the author's own: the name and parameters stand for it in plans and fingerprints. */
export interface CustomWatermark<T> {
  readonly name: string
  readonly parameters?: JsonObject
  /** A new estimator for one split, or one restored from what its `save` gave. */
  create(saved?: Json): WatermarkEstimator<T>
  /** See WatermarkStrategy: for estimators that are asked while a split waits. */
  subscribe?(moved: () => void): () => void
}

/**
 * A watermark strategy of the author's own. The estimator sees every element of one split in order; estimates below
 * an earlier one are ignored; a run fails with INVALID_TIMESTAMP for one that is no integer within the limits of time.
 *
 *     customWatermark<Reading>({
 *       name: 'everySecond',
 *       create: (saved = 0) => {
 *         let complete = Number(saved)
 *         return {
 *           onElement: (timestamp) => (complete = Math.floor(timestamp / 1000) * 1000),
 *           save: () => complete,
 *         }
 *       },
 *     })
 */
export function customWatermark<T>(definition: CustomWatermark<T>): WatermarkStrategy<T> {
  if (definition.name === '') {
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: 'customWatermark: the name is empty.',
      remedy: 'Name the strategy: the name stands for it in plans and fingerprints.',
    })
  }
  return {
    spec: { kind: 'custom', name: definition.name, parameters: definition.parameters ?? {} },
    ...(definition.subscribe && { subscribe: (moved) => definition.subscribe?.(moved) ?? (() => {}) }),
    create(saved) {
      const estimator = definition.create(saved)
      return {
        onElement: (timestamp, value) => checkWatermark(estimator.onElement(timestamp, value)),
        ...(estimator.whileQuiet && { whileQuiet: () => checkWatermark(estimator.whileQuiet?.() ?? MIN_TIMESTAMP) }),
        save: () => estimator.save(),
      }
    },
  }
}
