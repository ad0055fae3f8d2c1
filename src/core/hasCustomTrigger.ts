import type { TriggerSpec } from './trigger.ts'

/**
 * Whether a trigger of the author's own stands anywhere in the tree. Its `causes` do not tell: they say which windows it
 * may be used with, and an author may name others than 'custom'.
 */
export function hasCustomTrigger(spec: TriggerSpec): boolean {
  switch (spec.kind) {
    case 'custom':
      return true
    case 'afterWatermark':
      return [spec.early, spec.late].some((child) => child !== undefined && hasCustomTrigger(child))
    case 'repeatedly':
      return hasCustomTrigger(spec.trigger)
    case 'afterEach':
    case 'afterFirst':
    case 'afterAll':
      return spec.triggers.some(hasCustomTrigger)
    case 'orFinally':
      return hasCustomTrigger(spec.main) || hasCustomTrigger(spec.until)
    case 'default':
    case 'never':
    case 'afterCount':
    case 'afterProcessingTime':
    case 'afterSynchronizedProcessingTime':
      return false
    default:
      return spec satisfies never
  }
}
