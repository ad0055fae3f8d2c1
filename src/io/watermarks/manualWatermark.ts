import { DataflowError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import { formatTimestamp, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { WatermarkStrategy } from '../../core/watermark.ts'
import { checkWatermark } from './punctuated.ts'

/** A watermark strategy that the author moves. */
export interface ManualWatermark extends WatermarkStrategy<unknown> {
  /**
   * Raises the watermark of every split of the read (exclusive): at once where a split waits for elements, else after its
   * next one. An idle split ignores it (R38).
   * Throws WATERMARK_REGRESSED below the last value.
   */
  advanceTo(watermark: Timestamp): void
}

/**
 * A watermark moved by hand, for tests and for applications that learn completeness from elsewhere. Its moves are
 * not part of the input, so a run with it repeats exactly only when it is recorded and replayed.
 *
 *     const complete = manualWatermark()
 *     read(orders, { timestamp: (o) => o.at, watermark: complete })
 *     complete.advanceTo(Date.parse('2026-01-01'))
 */
export function manualWatermark(): ManualWatermark {
  let current = MIN_TIMESTAMP
  const subscribers = new Set<() => void>()
  return {
    spec: { kind: 'manual' },
    advanceTo(watermark) {
      if (checkWatermark(watermark) < current) {
        throw new DataflowError('WATERMARK_REGRESSED', {
          problem: `the watermark went from ${formatTimestamp(current)} to ${formatTimestamp(watermark)}.`,
          remedy: 'A watermark may only rise.',
        })
      }
      current = watermark
      for (const moved of [...subscribers]) moved()
    },
    subscribe(moved) {
      subscribers.add(moved)
      return () => subscribers.delete(moved)
    },
    create(saved?: Json) {
      let last = typeof saved === 'number' ? saved : MIN_TIMESTAMP
      const estimate = (): Timestamp => {
        last = Math.max(last, current)
        return last
      }
      return {
        onElement: estimate,
        whileQuiet: estimate,
        save: () => last,
      }
    },
  }
}
