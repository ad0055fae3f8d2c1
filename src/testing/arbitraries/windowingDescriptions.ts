import fc from 'fast-check'
import type { Bounds, PCollection } from '../../core/pcollection.ts'
import type { Step } from '../../core/pipeable.ts'
import type { Duration } from '../../core/time.ts'
import type { TriggerSpec } from '../../core/trigger.ts'
import type { AlignedWindowFn } from '../../core/window.ts'
import type { AccumulationMode, EmptyPanes, TimestampCombiner } from '../../core/windowing.ts'
import { windowInto } from '../../transforms/windowInto.ts'
import { triggerOf } from '../../triggers/triggerOf.ts'
import type { ScriptedValue } from './scriptedValue.ts'
import { triggerSpecs } from './triggerSpecs.ts'
import {
  TIME_WINDOW_KINDS,
  type WindowDescription,
  type WindowKind,
  windowDescriptions,
  windowFnOf,
} from './windowDescriptions.ts'

/** A windowing strategy as data: windows with everything that decides their panes. `windowedBy` makes it a step. */
export interface WindowingDescription {
  readonly window: WindowDescription
  readonly trigger: TriggerSpec
  readonly allowedLateness: Duration
  readonly panes: AccumulationMode
  readonly onTime: EmptyPanes
  readonly closing: EmptyPanes
  readonly timestampCombiner: TimestampCombiner
  /** Meant for sessions, where it says how lateness is judged (R72). */
  readonly lateMerge: boolean
}

export interface WindowingOptions {
  /** Tumbling, sliding and sessions when left out. */
  readonly kinds?: readonly WindowKind[]
  /** Instead of triggers of every kind that cannot finish before expiry. */
  readonly triggers?: fc.Arbitrary<TriggerSpec>
  /** Also triggers that may finish before expiry, in windows that do not merge (D7); false when left out. */
  readonly unsafe?: boolean
  readonly allowedLateness?: fc.Arbitrary<Duration>
  /** Each mode when left out. */
  readonly panes?: readonly AccumulationMode[]
}

/**
 * Windowing strategies of all combinations that a plan accepts. Shrinks towards tumbling(1) with the default trigger, no
 * lateness, and the default of every option.
 *
 * @example
 * fc.property(windowingDescriptions({ panes: ['accumulating'] }), disorderedLogs(), (windowing, log) => { ... })
 */
export function windowingDescriptions(options: WindowingOptions = {}): fc.Arbitrary<WindowingDescription> {
  const { kinds, unsafe = false, panes = ['discarding', 'accumulating', 'retracting'] } = options
  const lateness = options.allowedLateness ?? fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 }))
  const empty = (first: EmptyPanes, other: EmptyPanes) => fc.constantFrom(first, other)
  return fc.tuple(windowDescriptions(kinds), lateness).chain(([window, allowedLateness]) => {
    const mayBeUnsafe = unsafe && window.kind !== 'session'
    return fc.record({
      window: fc.constant(window),
      trigger: options.triggers ?? triggerSpecs({ unsafe: mayBeUnsafe, allowedLateness }),
      allowedLateness: fc.constant(allowedLateness),
      panes: fc.constantFrom(...panes),
      onTime: empty('fireAlways', 'fireIfNonEmpty'),
      closing: empty('fireIfNonEmpty', 'fireAlways'),
      timestampCombiner: fc.constantFrom<TimestampCombiner>('endOfWindow', 'earliest', 'latest'),
      lateMerge: window.kind === 'session' ? fc.boolean() : fc.constant(false),
    })
  })
}

/**
 * The windowInto of a description. Count and punctuation windows take the windows alone, as they have no other options.
 * A trigger that may finish is asked for by name.
 */
export function windowedBy<K, B extends Bounds>(
  description: WindowingDescription,
): Step<PCollection<ScriptedValue, K, B, string>, PCollection<ScriptedValue, K, B, string>> {
  const { window, allowedLateness, panes, onTime, closing, timestampCombiner, lateMerge } = description
  // Which options a shape takes is known to the compiler where the shape is; here it is data, and the plan checks it.
  const windowFn = windowFnOf(window) as AlignedWindowFn<ScriptedValue>
  if (!TIME_WINDOW_KINDS.includes(window.kind)) return windowInto(windowFn)
  const trigger = triggerOf(description.trigger)
  return windowInto(windowFn, {
    trigger,
    allowedLateness,
    panes,
    onTime,
    closing,
    timestampCombiner,
    ...(lateMerge && { lateMerge }),
    ...(trigger.mayFinish(allowedLateness) && { unsafeTrigger: 'allow' as const }),
  })
}
