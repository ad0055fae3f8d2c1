import type { ElementContext } from '../core/node.ts'
import type { PaneInfo } from '../core/pane.ts'
import type { Bounds, Elements, PCollection } from '../core/pcollection.ts'
import type { Step } from '../core/pipeable.ts'
import type { Timestamp } from '../core/time.ts'
import type { Window } from '../core/window.ts'
import { elementwise } from './elementwise.ts'
import type { KeyOf } from './typeRules.ts'

/** An element with everything that the engine knows of it. */
export interface Reified<T, K> {
  readonly value: T
  /** Undefined in unkeyed collections. */
  readonly key: K
  readonly timestamp: Timestamp
  /** Undefined before windows are assigned. */
  readonly window: Window | undefined
  readonly pane: PaneInfo
}

/**
 * Puts key, timestamp, window and pane into the value, where sinks and functions can see them.
 *
 *     perPage.pipe(reify(), map(({ key, value, window }) => ({ page: key, ...value, since: window?.start })))
 */
export function reify<T, K = never, B extends Bounds = Bounds, W extends string = string>(options?: {
  readonly name?: string
}): Step<Elements<T, K, B, W>, PCollection<Reified<T, KeyOf<K>>, K, B, W>> {
  const fn = (value: unknown, context: ElementContext): Reified<unknown, unknown> => ({
    value,
    key: context.key,
    timestamp: context.timestamp,
    window: context.window,
    pane: context.pane,
  })
  return (input) => elementwise({ input, label: 'reify', form: 'map', fn, options })
}
