import { DataflowError } from '../core/errors.ts'
import type { JsonObject } from '../core/json.ts'
import type { Timestamp } from '../core/time.ts'
import { type MergingWindowFn, type Window, type WindowMerge, windowId } from '../core/window.ts'
import { checkWindow, showWindow } from './checkWindow.ts'
import { customSpec } from './customSpec.ts'

export interface CustomMergingWindows<T> {
  /** Names the window function in plans and fingerprints: change it when the meaning changes. */
  readonly name: string
  /** What `assign` and `merge` depend on, as data: part of the fingerprint. */
  readonly parameters?: JsonObject
  /** The window that an element begins with; it must contain the timestamp. Must be pure. */
  assign(timestamp: Timestamp, value: T): Window
  /**
   * Which windows of one key become one; `windows` are distinct and sorted by (start, end). Must be pure and must not
   * depend on the order in which windows came or on how merges were grouped (R15).
   */
  merge(windows: readonly Window[]): readonly WindowMerge[]
}

/**
 * Merging windows by the author's own rule. Each answer is checked: a merge of windows that are not there, of fewer
 * than two, of one window twice, or into a window that does not span its parts (R16) is refused with INVALID_WINDOW.
 * The law kit of tidemark/testing tests that the rule is free of order.
 *
 * @example
 * // Sessions that an element with `length` keeps open for that long.
 * customMergingWindows<Visit>({
 *   name: 'visits',
 *   assign: (timestamp, visit) => ({ start: timestamp, end: timestamp + visit.length }),
 *   merge: (windows) => mergeOverlapping(windows, 'apart'),
 * })
 */
export function customMergingWindows<T = unknown>(windows: CustomMergingWindows<T>): MergingWindowFn<T, 'custom'> {
  const spec = customSpec('customMergingWindows', windows.name, windows.parameters)
  return Object.freeze({
    kind: 'custom',
    shape: 'merging',
    spec,
    assign(timestamp: Timestamp, value: T): Window {
      const window = windows.assign(timestamp, value)
      checkWindow(windows.name, window, timestamp, value)
      return window
    },
    merge(present: readonly Window[]): readonly WindowMerge[] {
      const merges = windows.merge(present)
      if (merges.length > 0) checkMerges(windows.name, present, merges)
      return merges
    },
  })
}

function checkMerges(name: string, present: readonly Window[], merges: readonly WindowMerge[]): void {
  const unmerged = new Set(present.map(windowId))
  for (const { parts, result } of merges) {
    if (parts.length < 2) refuse(name, `merged fewer than two windows into ${showWindow(result)}.`)
    for (const part of parts) {
      if (!unmerged.delete(windowId(part))) {
        refuse(name, `merged ${showWindow(part)}, which is not there or already in another merge.`)
      }
    }
    const start = Math.min(...parts.map((part) => part.start))
    const end = Math.max(...parts.map((part) => part.end))
    if (result.start !== start || result.end !== end) {
      refuse(name, `merged windows that span ${showWindow({ start, end })} into ${showWindow(result)}.`)
    }
  }
}

function refuse(name: string, problem: string): never {
  throw new DataflowError('INVALID_WINDOW', {
    problem: `window function "${name}" ${problem}`,
    remedy: 'A merge takes two or more of the windows given, each once, and its result spans exactly these.',
  })
}
