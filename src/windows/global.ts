import type { Timestamp } from '../core/time.ts'
import { type AlignedWindowFn, GLOBAL_WINDOW, type Window } from '../core/window.ts'

// Not frozen: V8 reads a frozen array by a call, which took seventy of a stateful step's instructions for each element.
const ONLY: readonly Window[] = [GLOBAL_WINDOW]

/**
 * One window for all elements (R17). With the default trigger it fires at the end of input only, so an unbounded
 * collection needs another trigger before it is grouped.
 *
 * @example windowInto(global(), { trigger: repeatedly(afterCount(100)) })
 */
export function global(): AlignedWindowFn<unknown, 'global'> {
  return Object.freeze({
    kind: 'global',
    shape: 'aligned',
    spec: Object.freeze({ kind: 'global' }),
    assign: (_timestamp: Timestamp): readonly Window[] => ONLY,
  })
}
