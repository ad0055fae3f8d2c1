import type { JsonObject } from '../core/json.ts'
import type { Timestamp } from '../core/time.ts'
import type { AlignedWindowFn, Window } from '../core/window.ts'
import { checkOrder, checkWindow } from './checkWindow.ts'
import { customSpec } from './customSpec.ts'

export interface CustomWindows<T> {
  /** Names the window function in plans and fingerprints: change it when the meaning changes. */
  readonly name: string
  /** What `assign` depends on, as data: part of the fingerprint. */
  readonly parameters?: JsonObject
  /** Every window that contains the timestamp, by ascending start; none is legal. Must be pure. */
  assign(timestamp: Timestamp, value: T): readonly Window[]
}

/**
 * Windows by the author's own rule, which depends on one element alone. Each answer is checked: a window that does not
 * contain its element, lies outside event time or is out of order is refused with INVALID_WINDOW. The law kit of
 * tidemark/testing tests the rest.
 *
 * @example
 * customWindows({
 *   name: 'school-terms',
 *   parameters: { terms },
 *   assign: (timestamp) => terms.filter((term) => term.start <= timestamp && timestamp < term.end),
 * })
 */
export function customWindows<T = unknown>(windows: CustomWindows<T>): AlignedWindowFn<T, 'custom'> {
  const spec = customSpec('customWindows', windows.name, windows.parameters)
  return Object.freeze({
    kind: 'custom',
    shape: 'aligned',
    spec,
    assign(timestamp: Timestamp, value: T): readonly Window[] {
      const assigned = windows.assign(timestamp, value)
      for (const window of assigned) checkWindow(windows.name, window, timestamp, value)
      checkOrder(windows.name, assigned)
      return assigned
    },
  })
}
