/** Windowings for laws about panes: what the kit draws, and often sessions that emit before they merge. */
import fc from 'fast-check'
import type { TriggerSpec } from '../../../src/core/trigger.ts'
import type { WindowKind } from '../../../src/testing/arbitraries/windowDescriptions.ts'
import {
  type WindowingDescription,
  type WindowingOptions,
  windowingDescriptions,
} from '../../../src/testing/arbitraries/windowingDescriptions.ts'

export const SEQUENCE_KINDS: readonly WindowKind[] = ['count', 'punctuation']
export const ALL_KINDS: readonly WindowKind[] = ['tumbling', 'sliding', 'session', 'global', ...SEQUENCE_KINDS]

const count = (n: number): TriggerSpec => ({ kind: 'afterCount', count: n })
const earlyTriggers = fc.constantFrom<TriggerSpec>(
  { kind: 'repeatedly', trigger: count(1) },
  { kind: 'repeatedly', trigger: count(2) },
  { kind: 'afterWatermark', early: count(1), late: count(1) },
  { kind: 'afterWatermark', early: count(2), late: { kind: 'default' } },
)

/** Sessions with wide gaps and early panes, which merges replace. */
function earlySessions(options: WindowingOptions): fc.Arbitrary<WindowingDescription> {
  const gaps = fc.integer({ min: 5, max: 12 })
  return fc
    .tuple(windowingDescriptions({ ...options, kinds: ['session'], triggers: earlyTriggers }), gaps)
    .map(([windowing, gap]) => ({
      ...windowing,
      window: { kind: 'session', gap, touching: windowing.lateMerge ? 'merge' : 'apart' },
    }))
}

/** Windowings of the kinds of windows that the options name; where sessions are among them, every third is one that emits early. */
export function livelyWindowings(options: WindowingOptions = {}): fc.Arbitrary<WindowingDescription> {
  const named = windowingDescriptions(options)
  if (options.kinds !== undefined && !options.kinds.includes('session')) return named
  return fc.oneof({ weight: 2, arbitrary: named }, { weight: 1, arbitrary: earlySessions(options) })
}

const PLAIN = {
  trigger: { kind: 'default' },
  allowedLateness: 0,
  panes: 'accumulating',
  onTime: 'fireIfNonEmpty',
  closing: 'fireIfNonEmpty',
  timestampCombiner: 'endOfWindow',
  lateMerge: false,
} as const

/** Overlapping windows that fire once: the sliced driver's. */
export const slicedWindowings = fc.constantFrom<WindowingDescription>(
  { ...PLAIN, window: { kind: 'sliding', size: 6, period: 2, offset: 0 } },
  { ...PLAIN, window: { kind: 'sliding', size: 9, period: 1, offset: 0 } },
)
