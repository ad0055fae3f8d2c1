/** Which windows a row falls into: those it carries already, or those the window function assigns. */
import type { Bundle } from '../../core/bundle.ts'
import type { CollectionInfo } from '../../core/graph.ts'
import { GLOBAL_MAX, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { AlignedWindowFn, Window, WindowGrid } from '../../core/window.ts'
import { compareWindows } from '../../core/window.ts'
import type { EdgeShape } from '../kernelNode.ts'
import { gridIndex } from './gridIndex.ts'

export interface WindowAssigner {
  /** Present when every row falls into exactly one window of a regular grid: `only` may then be asked. */
  readonly tumbling: WindowGrid | undefined
  only(timestamp: Timestamp, value: unknown): Window
  /** Every window of a row, in the order of D9. */
  all(bundle: Bundle, row: number): readonly Window[]
}

const NONE: readonly Window[] = []

/**
 * Rows of a windowed edge carry their window; elsewhere the strategy's function assigns. Where only some rows were
 * assigned to windows, because they went through state, the others fall into windows here.
 */
export function windowAssigner(input: CollectionInfo, shape: EdgeShape): WindowAssigner {
  if (!shape.assigned) return unassigned(input, shape)
  const { all } = unassigned(input, shape)
  return carriedWindows((bundle, row) => bundle.assigned?.[row] ?? all(bundle, row))
}

function unassigned(input: CollectionInfo, shape: EdgeShape): WindowAssigner {
  const { windowFn } = input.windowing
  if (shape.placed || windowFn?.shape !== 'aligned') return carriedWindows(windowOfPane)
  const { grid } = windowFn
  const everywhere = windowFn.kind === 'global' && windowFn.assign(0, undefined)
  const tumbling = grid !== undefined && grid.period === grid.size ? grid : undefined
  return {
    tumbling,
    only: tumbling
      ? tumblingWindow(windowFn, tumbling.size, tumbling.offset)
      : (timestamp, value) => first(windowFn, timestamp, value),
    all: everywhere
      ? () => everywhere
      : (bundle, row) => {
          const windows = windowFn.assign(bundle.timestamps[row] as number, bundle.values[row])
          return grid || windows.length < 2 ? windows : [...windows].sort(compareWindows)
        },
  }
}

function carriedWindows(all: WindowAssigner['all']): WindowAssigner {
  return {
    tumbling: undefined,
    only: () => {
      throw new RangeError('rows of this edge carry their windows')
    },
    all,
  }
}

/** Panes keep their window (R79). */
function windowOfPane(bundle: Bundle, row: number): readonly Window[] {
  const window = bundle.windows?.[row]
  return window === undefined ? NONE : [window]
}

function first(windowFn: AlignedWindowFn<unknown>, timestamp: Timestamp, value: unknown): Window {
  return windowFn.assign(timestamp, value)[0] as Window
}

/** Grid arithmetic in place of `assign`, except at the ends of time, where windows are cut. */
function tumblingWindow(windowFn: AlignedWindowFn<unknown>, size: number, offset: number): WindowAssigner['only'] {
  return (timestamp, value) => {
    const start = gridIndex(timestamp, size, offset) * size + offset
    if (start < MIN_TIMESTAMP || start + size > GLOBAL_MAX) return first(windowFn, timestamp, value)
    return { start, end: start + size }
  }
}
