/** One key's merging windows: disjoint, sorted by start, each with its accumulator and firing state. */

import { DataflowError } from '../../core/errors.ts'
import type { TriggerMoment } from '../../core/trigger.ts'
import { compareWindows, type MergingWindowFn, type Window, type WindowMerge } from '../../core/window.ts'
import { type FiringCell, mergeCells, newCell } from './firingCell.ts'
import type { Emission } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'

export interface MergingCell extends FiringCell {
  readonly owner: KeyCells
  accumulator: unknown
  /** Retracting groupings: what the window emitted last. */
  emitted: Emission | undefined
  /** The event time at which the driver looks at the cell next; Infinity while it waits for none. */
  armedAt: number
  /** False once expired or merged into another. */
  isOpen: boolean
}

/** A key and its open windows. */
export interface KeyCells {
  readonly key: unknown
  readonly cells: MergingCell[]
}

/** How a new window joins a key's open ones. */
export interface MergePlan {
  /** The window that the new element ends up in. */
  readonly target: Window
  readonly merges: readonly WindowMerge[]
}

export function newMergingCell(group: GroupStrategy, owner: KeyCells, window: Window, created: number): MergingCell {
  const cell: MergingCell = Object.assign(newCell(group, window, created), {
    owner,
    accumulator: group.combine.create(),
    emitted: undefined,
    armedAt: Number.POSITIVE_INFINITY,
    isOpen: true,
  })
  insertSorted(owner.cells, cell)
  return cell
}

/** What the window function makes of a new window beside the open ones. Changes nothing. */
export function planMerge(step: string, windowFn: MergingWindowFn<unknown>, owner: KeyCells, added: Window): MergePlan {
  const candidates: Window[] = []
  let isKnown = false
  for (const { window } of owner.cells) {
    // Sessions merge with what they overlap or touch; a custom function may merge anything.
    if (windowFn.kind === 'session' && (window.end < added.start || window.start > added.end)) continue
    candidates.push(window)
    if (compareWindows(window, added) === 0) isKnown = true
  }
  if (candidates.length === 0) return { target: added, merges: [] }
  if (!isKnown) candidates.push(added)
  const merges = windowFn.merge(candidates.sort((a, b) => a.start - b.start || a.end - b.end))
  let target = added
  for (const merge of merges) {
    checkGrowing(step, merge)
    if (merge.parts.some((part) => compareWindows(part, added) === 0)) target = merge.result
  }
  return { target, merges }
}

/**
 * Makes one cell of the merge's live parts and answers it with those that it replaced, or undefined when the merge
 * changes nothing: no part is live, or the result is the only live part.
 */
export function mergeInto(
  group: GroupStrategy,
  owner: KeyCells,
  merge: WindowMerge,
  moment: TriggerMoment,
): { readonly cell: MergingCell; readonly parts: readonly MergingCell[] } | undefined {
  const parts = owner.cells.filter((cell) => merge.parts.some((part) => compareWindows(part, cell.window) === 0))
  const [first, ...rest] = parts
  if (first === undefined) return undefined
  if (rest.length === 0 && compareWindows(first.window, merge.result) === 0) return undefined
  const survivor = parts.find((part) => compareWindows(part.window, merge.result) === 0)
  const accumulator = rest.reduce((into, part) => group.combine.merge(into, part.accumulator), first.accumulator)
  const cell: MergingCell = Object.assign(mergeCells(group, parts, merge.result, moment), {
    owner,
    accumulator,
    emitted: survivor?.emitted,
    armedAt: Number.POSITIVE_INFINITY,
    isOpen: true,
  })
  for (const part of parts) removeCell(part)
  insertSorted(owner.cells, cell)
  return { cell, parts }
}

export function removeCell(cell: MergingCell): void {
  cell.isOpen = false
  const { cells } = cell.owner
  const place = cells.indexOf(cell)
  if (place >= 0) cells.splice(place, 1)
}

/** R16: a merge may only grow windows, or it would move a window behind the watermark. */
function checkGrowing(step: string, { parts, result }: WindowMerge): void {
  if (parts.every((part) => part.start >= result.start && part.end <= result.end)) return
  throw new DataflowError('INVALID_WINDOW', {
    step,
    problem: `merging gave [${result.start}, ${result.end}), which does not span all of its parts (R16).`,
    remedy: 'Return the span of the merged windows from `merge`.',
  })
}

function insertSorted(cells: MergingCell[], cell: MergingCell): void {
  let place = cells.length
  while (place > 0 && compareStarts(cells[place - 1] as MergingCell, cell) > 0) place--
  cells.splice(place, 0, cell)
}

function compareStarts(a: MergingCell, b: MergingCell): number {
  return a.window.start - b.window.start || a.window.end - b.window.end
}
