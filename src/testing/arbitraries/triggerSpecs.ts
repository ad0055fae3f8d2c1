import fc from 'fast-check'
import type { Duration } from '../../core/time.ts'
import type { DeadlineStep, TriggerSpec } from '../../core/trigger.ts'

export interface TriggerSpecOptions {
  /** Also triggers that may finish before the window expires (R60); false when left out. */
  readonly unsafe?: boolean
  /** Which triggers are safe depends on it: one that finishes on time is safe at 0. More than 0 when left out. */
  readonly allowedLateness?: Duration
  /** Whether processing-time triggers occur; true when left out. */
  readonly processingTime?: boolean
  /** How deep triggers nest; 3 when left out. */
  readonly maxDepth?: number
}

/**
 * Built-in triggers as data, of every kind and nested; `triggerOf` makes them triggers. Counts are 1 to 4, delays 0 to
 * 12 and alignments 1 to 12, so that they collide. Shrinks towards the default trigger and fewer levels.
 *
 * @example
 * fc.assert(fc.property(triggerSpecs({ unsafe: true }), (spec) => canonicalJson(triggerOf(spec).spec) === canonicalJson(spec)))
 */
export function triggerSpecs(options: TriggerSpecOptions = {}): fc.Arbitrary<TriggerSpec> {
  const { unsafe = false, allowedLateness = 1, processingTime = true, maxDepth = 3 } = options
  const depth = fc.createDepthIdentifier()
  const { any, safe } = fc.letrec<{ any: TriggerSpec; safe: TriggerSpec }>((tie) => {
    const optional = fc.record({ early: tie('any'), late: tie('any') }, { requiredKeys: [] })
    const endOfWindow = optional.map((children) => ({ kind: 'afterWatermark' as const, ...children }))
    const repeatedly = tie('any').map((trigger) => ({ kind: 'repeatedly' as const, trigger }))
    const leaves = [DEFAULT, END, NEVER, count, ...(processingTime ? [deadline, SYNCHRONIZED] : [])]
    const several = fc.array(tie('any'), { minLength: 1, maxLength: 3 })
    const composites = [
      repeatedly,
      endOfWindow,
      several.map((triggers) => ({ kind: 'afterEach' as const, triggers })),
      several.map((triggers) => ({ kind: 'afterFirst' as const, triggers })),
      several.map((triggers) => ({ kind: 'afterAll' as const, triggers })),
      fc.record({ kind: fc.constant('orFinally' as const), main: tie('any'), until: tie('any') }),
    ]
    return {
      any: fc.oneof({ maxDepth, depthIdentifier: depth, withCrossShrink: true }, ...leaves, ...composites),
      safe: fc.oneof(
        { maxDepth, depthIdentifier: depth, withCrossShrink: true },
        DEFAULT,
        repeatedly,
        allowedLateness === 0 ? endOfWindow : endOfWindow.map((spec) => ({ late: DEFAULT_SPEC, ...spec })),
        NEVER,
        fc
          .tuple(several, tie('safe'))
          .map(([before, last]) => ({ kind: 'afterEach' as const, triggers: [...before, last] })),
        fc.record({ kind: fc.constant('orFinally' as const), main: tie('safe'), until: tie('safe') }),
      ),
    }
  })
  return unsafe ? any : safe
}

const DEFAULT_SPEC: TriggerSpec = { kind: 'default' }
const DEFAULT = fc.constant<TriggerSpec>(DEFAULT_SPEC)
const END = fc.constant<TriggerSpec>({ kind: 'afterWatermark' })
const NEVER = fc.constant<TriggerSpec>({ kind: 'never' })
const SYNCHRONIZED = fc.constant<TriggerSpec>({ kind: 'afterSynchronizedProcessingTime' })

const count = fc.integer({ min: 1, max: 4 }).map((count): TriggerSpec => ({ kind: 'afterCount', count }))

const length = fc.integer({ min: 0, max: 12 })
const delay = length.map((by): DeadlineStep => ({ kind: 'delay', by }))
const align = fc
  .tuple(fc.integer({ min: 1, max: 12 }), length)
  .map(([size, offset]): DeadlineStep => ({ kind: 'align', size, offset: offset % size }))
const deadline = fc
  .oneof(fc.tuple(delay), fc.tuple(delay, align), fc.array(fc.oneof(delay, align), { minLength: 1, maxLength: 3 }))
  .map((steps): TriggerSpec => ({ kind: 'afterProcessingTime', steps }))
