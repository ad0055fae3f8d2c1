import type { WindowingStrategy } from '../core/windowing.ts'
import { defaultTrigger } from '../triggers/defaultTrigger.ts'
import { global } from '../windows/global.ts'

/** Why rows have no windows of their own yet. */
export type UnwindowedKind = 'untimed' | 'global' | 'dropped' | 'failed'

/**
 * How rows are windowed before any windowInto: in the global window, with the default trigger and no allowed lateness.
 * The kind says whether they have timestamps to window by.
 */
export function unwindowed(kind: UnwindowedKind): WindowingStrategy {
  const windowFn = global()
  return Object.freeze({
    windowFn,
    windowKind: kind,
    windowShape: windowFn.shape,
    windowSpec: windowFn.spec,
    trigger: defaultTrigger(),
    allowedLateness: 0,
    panes: 'discarding',
    onTime: 'fireAlways',
    closing: 'fireIfNonEmpty',
    timestampCombiner: 'endOfWindow',
    lateMerge: false,
    allowUnsafeTrigger: false,
  })
}
