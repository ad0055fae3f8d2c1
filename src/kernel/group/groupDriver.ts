/** Which driver executes a grouping: by the shape of its windows and what may fire. */
import type { CollectionInfo } from '../../core/graph.ts'
import type { WindowGrid } from '../../core/window.ts'
import type { EdgeShape } from '../kernelNode.ts'
import { isQuiet } from './quietWindows.ts'

export type GroupDriver = 'aligned' | 'sliced' | 'merging' | 'sequence'

export function groupDriver(input: CollectionInfo, shape: EdgeShape): GroupDriver {
  const { windowFn } = input.windowing
  if (windowFn?.shape === 'sequence' || windowFn?.shape === 'merging') return windowFn.shape
  return sliceableGrid(input, shape) ? 'sliced' : 'aligned'
}

/** The grid of a grouping whose windows may be folded from slices: whole periods, one firing, nothing late to update. */
export function sliceableGrid(
  { windowing, retracts }: CollectionInfo,
  { placed, assigned }: EdgeShape,
): WindowGrid | undefined {
  const { windowFn, allowedLateness } = windowing
  if (windowFn?.shape !== 'aligned' || placed || assigned || retracts || allowedLateness !== 0) return undefined
  const { grid } = windowFn
  const isWhole = grid !== undefined && grid.size > grid.period && grid.size % grid.period === 0
  return isWhole && isQuiet(windowing) ? grid : undefined
}
