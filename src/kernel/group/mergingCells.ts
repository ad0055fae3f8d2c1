/** One key's merging windows, sorted by start, each with its accumulator and firing state. */
import { DataflowError } from '../../core/errors.ts'
import type { TriggerMoment } from '../../core/trigger.ts'
import { compareWindows, type MergingWindowFn, type Window, type WindowMerge } from '../../core/window.ts'
import { FiringCell } from './firingCell.ts'
import type { Emission } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import type { SlotOwner } from './keySlots.ts'
import { mergeCells } from './mergeCells.ts'

export class MergingCell extends FiringCell {
  readonly owner: KeyCells
  accumulator: unknown
  /** Retracting groupings: what the window emitted last. */
  emitted: Emission | undefined = undefined
  /** The event time at which the driver looks at the cell next; Infinity while it waits for none. */
  armedAt = Number.POSITIVE_INFINITY
  /** False once expired or merged into another. */
  isOpen = true

  constructor(group: GroupStrategy, owner: KeyCells, window: Window, created: number) {
    super(group, window, created)
    this.owner = owner
    this.accumulator = group.combine.create()
    insertSorted(owner.cells, this)
  }
}

/** A key and its open windows. */
export interface KeyCells extends SlotOwner {
  readonly key: unknown
  readonly cells: MergingCell[]
}

/** Open cells that become one. */
export interface CellMerge {
  readonly parts: readonly MergingCell[]
  readonly result: Window
}

/** How a new window joins a key's open ones. */
export interface MergePlan {
  /** The window that the new element ends up in. */
  readonly target: Window
  /** What changes on the way; none where the target is new or already open. */
  readonly merges: readonly CellMerge[]
}

const NOTHING: readonly MergedAway[] = []
const NO_MERGES: readonly CellMerge[] = []

/** What the window function makes of a new window beside the open ones. Changes nothing. */
export function planMerge(
  step: string,
  windowFn: MergingWindowFn<unknown>,
  { cells }: KeyCells,
  added: Window,
): MergePlan {
  if (cells.length === 0) return { target: added, merges: NO_MERGES }
  return windowFn.joins ? planByNeighbours(windowFn, cells, added) : planByFunction(step, windowFn, cells, added)
}

/** The key's cell of exactly this window, if it is open. */
export function cellOf({ cells }: KeyCells, { start, end }: Window): MergingCell | undefined {
  for (const cell of cells) if (cell.window.start === start && cell.window.end === end) return cell
  return undefined
}

/** Open windows are already apart, so only those that the new one joins can change. */
function planByNeighbours(windowFn: MergingWindowFn<unknown>, cells: readonly MergingCell[], added: Window): MergePlan {
  const parts: MergingCell[] = []
  let { start, end } = added
  for (const cell of cells) {
    const { window } = cell
    if (!windowFn.joins?.(window, added)) continue
    parts.push(cell)
    if (window.start < start) start = window.start
    if (window.end > end) end = window.end
  }
  const [only] = parts
  if (only === undefined) return { target: added, merges: NO_MERGES }
  if (parts.length === 1 && only.window.start === start && only.window.end === end) {
    return { target: only.window, merges: NO_MERGES }
  }
  const target: Window = { start, end }
  return { target, merges: [{ parts, result: target }] }
}

function planByFunction(
  step: string,
  windowFn: MergingWindowFn<unknown>,
  cells: readonly MergingCell[],
  added: Window,
): MergePlan {
  const windows = cells.map((cell) => cell.window)
  if (!windows.some((window) => compareWindows(window, added) === 0)) windows.push(added)
  let target = added
  const merges: CellMerge[] = []
  for (const merge of windowFn.merge(windows.sort(compareStarts))) {
    checkGrowing(step, merge)
    const has = (window: Window): boolean => merge.parts.some((part) => compareWindows(part, window) === 0)
    if (has(added)) target = merge.result
    const parts = cells.filter((cell) => has(cell.window))
    const isChange = parts.length > 1 || parts.some((part) => compareWindows(part.window, merge.result) !== 0)
    if (isChange) merges.push({ parts, result: merge.result })
  }
  return { target, merges }
}

/** A cell whose window gave way, and what it had emitted. */
export interface MergedAway {
  readonly window: Window
  readonly emitted: Emission | undefined
}

/** Makes the first of the parts the cell of the result and answers it with the windows that gave way, in window order. */
export function applyMerge(
  group: GroupStrategy,
  { parts, result }: CellMerge,
  moment: TriggerMoment,
): { readonly cell: MergingCell; readonly mergedAway: readonly MergedAway[] } {
  // A merge has parts (planMerge).
  const cell = parts[0] as MergingCell
  if (parts.length === 1 && cell.emitted === undefined) {
    // One window that grows: what nearly every element of a session does.
    mergeCells(group, parts, result, moment)
    if (cell.owner.cells.length > 1) sortCells(cell.owner.cells)
    return { cell, mergedAway: NOTHING }
  }
  const rest = parts.slice(1)
  const survivor = parts.find((part) => compareWindows(part.window, result) === 0)
  const mergedAway = parts
    .filter((part) => part !== survivor)
    .map(({ window, emitted }) => ({ window, emitted }))
    .sort((a, b) => compareWindows(a.window, b.window))
  const emitted = survivor?.emitted
  for (const part of rest) {
    cell.accumulator = group.combine.merge(cell.accumulator, part.accumulator)
    removeCell(part)
  }
  mergeCells(group, parts, result, moment)
  cell.emitted = emitted
  sortCells(cell.owner.cells)
  return { cell, mergedAway }
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
  while (place > 0 && compareStarts((cells[place - 1] as MergingCell).window, cell.window) > 0) place--
  cells.splice(place, 0, cell)
}

function sortCells(cells: MergingCell[]): void {
  cells.sort((a, b) => compareStarts(a.window, b.window))
}

function compareStarts(a: Window, b: Window): number {
  return a.start - b.start || a.end - b.end
}
