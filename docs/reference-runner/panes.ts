/** What a firing emits: whether a pane is wanted, and what it says and holds (R31-R34, R65-R69, R74). */
import type { Row } from '../../src/core/bundle.ts'
import { compareEncoded } from '../../src/core/coders/compareEncoded.ts'
import type { CombineFn } from '../../src/core/combine.ts'
import type { PaneInfo, PaneTiming } from '../../src/core/pane.ts'
import type { Timestamp } from '../../src/core/time.ts'
import type { TriggerMoment } from '../../src/core/trigger.ts'
import { maxTimestamp } from '../../src/core/window.ts'
import type { WindowingStrategy } from '../../src/core/windowing.ts'
import { allElements, type Cell, holdOf, newElements, panesOf, replacedWindows, revisionOf } from './cells.ts'

export interface PaneRules {
  readonly strategy: WindowingStrategy
  readonly combine: CombineFn<unknown, unknown, unknown>
  readonly isMerging: boolean
}

/**
 * The pane of a cell that fires or expires now, or undefined when it would be empty and that is not wanted (R68).
 * `before` is the input watermark before this step; a watermark move passes every millisecond, so there it is one less
 * than the moment's.
 */
export function paneOf(
  rules: PaneRules,
  cell: Cell,
  moment: TriggerMoment,
  before: Timestamp,
  isLast: boolean,
): Row | undefined {
  const { strategy } = rules
  const timing = timingOf(rules, cell, moment, before)
  const isWanted =
    newElements(cell).length > 0 ||
    (timing === 'ON_TIME' && strategy.onTime === 'fireAlways') ||
    (isLast && strategy.closing === 'fireAlways')
  if (!isWanted) return undefined
  const max = maxTimestamp(cell.window)
  return {
    value: contentsOf(rules, cell),
    timestamp: Math.min(holdOf(cell, strategy) ?? max, max),
    key: cell.key,
    window: cell.window,
    pane: infoOf(rules, cell, timing, isLast),
    retraction: false,
  }
}

/** R67: EARLY* ON_TIME? LATE*. The output watermark is the cell's own: other keys' holds do not count (R32). */
function timingOf({ strategy }: PaneRules, cell: Cell, moment: TriggerMoment, before: Timestamp): PaneTiming {
  const max = maxTimestamp(cell.window)
  const outputWatermark = Math.min(before, holdOf(cell, strategy) ?? Number.POSITIVE_INFINITY)
  if (outputWatermark > max || panesOf(cell).some(isSpeculationOver)) return 'LATE'
  return moment.watermark <= max ? 'EARLY' : 'ON_TIME'
}

function isSpeculationOver(pane: Row): boolean {
  return pane.pane?.timing !== 'EARLY'
}

/** R69, R62. */
function infoOf(rules: PaneRules, cell: Cell, timing: PaneTiming, isLast: boolean): PaneInfo {
  const panes = panesOf(cell)
  const info: PaneInfo = {
    timing,
    index: panes.length,
    nonSpeculativeIndex: timing === 'EARLY' ? -1 : panes.filter(isSpeculationOver).length,
    isFirst: panes.length === 0,
    isLast,
  }
  if (!rules.isMerging) return info
  return {
    ...info,
    merging: { lineage: cell.ordinal, revision: revisionOf(cell), replaces: replacedWindows(cell) },
  }
}

/** The aggregate of what the accumulation mode says (R74), from scratch, in order of arrival. */
function contentsOf({ strategy, combine }: PaneRules, cell: Cell): unknown {
  const elements = strategy.panes === 'discarding' ? newElements(cell) : allElements(cell)
  const rows = withoutWithdrawn(elements.map(({ row }) => row))
  return combine.extract(
    rows.reduce((sum, { value, timestamp }) => combine.add(sum, value, timestamp), combine.create()),
  )
}

/** Each withdrawal takes away one equal addition. */
function withoutWithdrawn(rows: readonly Row[]): Row[] {
  const left = rows.filter((row) => !row.retraction)
  for (const withdrawal of rows.filter((row) => row.retraction)) {
    const at = left.findIndex((addition) => isEqual(addition, withdrawal))
    if (at >= 0) left.splice(at, 1)
  }
  return left
}

function isEqual(a: Row, b: Row): boolean {
  return a.timestamp === b.timestamp && compareEncoded(a.value, b.value) === 0
}

/** What must be said before a window's next pane, or when a merge ends the window: its last pane is taken back (R74). */
export function withdrawalOf({ strategy }: PaneRules, cell: Cell): Row[] {
  const last = panesOf(cell).at(-1)
  return strategy.panes === 'retracting' && last !== undefined ? [{ ...last, retraction: true }] : []
}
