import type { TriggerSpec } from '../../../src/core/trigger.ts'

/** Every kind of trigger of the package. */
export const TRIGGER_KINDS: readonly TriggerSpec['kind'][] = [
  'default',
  'never',
  'afterWatermark',
  'afterCount',
  'afterProcessingTime',
  'afterSynchronizedProcessingTime',
  'repeatedly',
  'afterEach',
  'afterFirst',
  'afterAll',
  'orFinally',
]

/** The kinds of a trigger and of those that it is made of. */
export function kindsIn(spec: unknown): readonly string[] {
  if (typeof spec !== 'object' || spec === null) return []
  const own = 'kind' in spec && typeof spec.kind === 'string' ? [spec.kind] : []
  return [...own, ...Object.values(spec).flatMap(kindsIn)]
}
