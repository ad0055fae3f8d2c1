import type { ElementContext } from '../core/node.ts'
import type { Bounds, Elements, PCollection } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import { elementwise } from './elementwise.ts'
import type { NeedKey } from './typeRules.ts'

/** A key together with its value. */
export interface Entry<K, T> {
  readonly key: K
  readonly value: T
}

/**
 * Puts each key into its value: an unkeyed collection of `{ key, value }`.
 *
 *     perPage.pipe(entries(), write(ndjsonFile('pages.ndjson')))
 */
export function entries<T, K, B extends Bounds = Bounds, W extends string = string>(options?: {
  readonly name?: string
}): Step<Elements<T, K, B, W> & NeedKey<K, 'entries'>, PCollection<Entry<K, T>, never, B, W>> {
  const fn = (value: unknown, { key }: ElementContext): Entry<unknown, unknown> => ({ key, value })
  return (input) => elementwise({ input, label: 'entries', form: 'unkey', needsKey: true, fn, options })
}
