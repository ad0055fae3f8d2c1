/**
 * The times of a stateful step, in one object that its parts share. A time that is handed from call to call instead becomes
 * an object wherever a call is not inlined, since times of today are no small integers.
 */
import { MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { CallTimes } from '../../state/callTimes.ts'
import type { RunContext } from '../kernelNode.ts'

export class StepTimes implements CallTimes {
  /** The input watermark. */
  watermark = MIN_TIMESTAMP
  /** The output watermark but for holds, which is behind W while W's own work is done. */
  sent = MIN_TIMESTAMP
  // NaN makes room for a double; a small integer would have to be replaced.
  timestamp = Number.NaN
  base = Number.NaN
  readonly #context: RunContext

  constructor(context: RunContext) {
    this.#context = context
  }

  get eventTime(): Timestamp {
    return Math.max(this.base, this.watermark - 1)
  }

  get processingTime(): Timestamp {
    return this.#context.now
  }

  moveTo(watermark: Timestamp, sent: Timestamp): void {
    this.watermark = watermark
    this.sent = sent
  }
}
