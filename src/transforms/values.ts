import type { Bounds, Elements, PCollection } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { elementwise } from './elementwise.ts'
import type { NeedKey } from './typeRules.ts'

/**
 * The values of a keyed collection, without their keys.
 *
 *     byPage.pipe(values())
 */
export function values<T, K, B extends Bounds = Bounds, W extends string = string>(options?: {
  readonly name?: string
}): Step<Elements<T, K, B, W> & NeedKey<K, 'values'>, PCollection<T, never, B, W>> {
  return (input) =>
    elementwise({ input, label: 'values', form: 'unkey', needsKey: true, fn: (value) => value, options })
}
