/** Groupings in which nothing can fire, and nothing is held back, before a window's end. */
import type { WindowingStrategy } from '../../core/windowing.ts'

/** All keys of a window share one firing state until the watermark passes its end, and nothing holds it back. */
export function isQuiet(strategy: WindowingStrategy): boolean {
  return strategy.trigger.quietUntilEnd && holdsNeverBind(strategy)
}

/** True when no cell of the strategy can hold the output watermark below its input between due times. */
export function holdsNeverBind(strategy: WindowingStrategy): boolean {
  // An end-of-window hold binds only if the on-time firing can fail to come; a GC hold never outlasts its window.
  const { kind } = strategy.trigger.spec
  return strategy.timestampCombiner === 'endOfWindow' && (kind === 'default' || kind === 'afterWatermark')
}
