import type { ElementContext } from '../core/node.ts'
import type { Bounds, Elements, PCollection } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { elementwise } from './elementwise.ts'
import type { NeedKey } from './typeRules.ts'

/**
 * The keys of a keyed collection, one for each element, as the values of an unkeyed one.
 *
 *     byPage.pipe(keys())
 */
export function keys<T, K, B extends Bounds = Bounds, W extends string = string>(options?: {
  readonly name?: string
}): Step<Elements<T, K, B, W> & NeedKey<K, 'keys'>, PCollection<K, never, B, W>> {
  const fn = (_value: unknown, { key }: ElementContext) => key
  return (input) => elementwise({ input, label: 'keys', form: 'unkey', needsKey: true, fn, options })
}
