/**
 * The window machine: what a (key, window) remembers in order to fire, and pure decisions over it. It never reads a
 * clock, never stores an element and owns no table; drivers keep accumulators and timers and ask it what to do.
 */
import type { PaneInfo, PaneTiming } from '../../core/pane.ts'
import type { Timestamp } from '../../core/time.ts'
import type { TriggerMoment, TriggerState } from '../../core/trigger.ts'
import { expiryOf, maxTimestamp, type Window } from '../../core/window.ts'
import type { WindowingStrategy } from '../../core/windowing.ts'

export const NO_WINDOWS: readonly Window[] = []

/**
 * Plain fields, all set in the constructor in one order: cells are the engine's most touched objects, and objects of one
 * hidden class are several times faster than the same fields spread into a literal. `Infinity` stands for "no hold".
 */
export class FiringCell {
  window: Window
  /** Cleared at expiry only: a finished trigger is the tombstone that closes the window (R45). Merges: by the trigger. */
  trigger: TriggerState
  /** Elements accepted since the last pane. Merges: sum. */
  pending = 0
  /** Index of the next pane. Merges: the surviving window's, else 0 (R62). */
  panes = 0
  /** Panes that were not EARLY. Merges: as `panes`. */
  nonSpeculative = 0
  /** Element hold (R32). Merges: combined. Cleared at each firing. */
  hold: Timestamp = Number.POSITIVE_INFINITY
  /** Garbage-collection hold at the expiry (R33, R35). Cleared at each firing. */
  gcHold: Timestamp = Number.POSITIVE_INFINITY
  /** Creation ordinal, the last tie of D9. Merges: the smallest. */
  created: number
  /** Panes and merges so far (R62). Merges: sum of the parts and one. */
  revision = 0
  /** Windows merged away that had emitted panes, since the last pane of this lineage. */
  replaces: readonly Window[] = NO_WINDOWS

  constructor(rules: FiringRules, window: Window, created: number) {
    this.window = window
    this.trigger = rules.strategy.trigger.machine.create()
    this.created = created
  }
}

/** What the machine is told of the grouping: the strategy and whether its windows merge. */
export interface FiringRules {
  readonly strategy: WindowingStrategy
  readonly isMerging: boolean
}

export interface PaneDecision {
  readonly pane: PaneInfo
  readonly timestamp: Timestamp
}

/** How a look at the trigger ended: nothing, a firing without a pane (R68), or a pane. */
export interface Firing {
  readonly emitted: PaneDecision | undefined
  /** The trigger has finished: contents go, the tombstone stays (R65). */
  readonly finished: boolean
}

/** Takes over all that another cell remembers, sharing nothing with it. */
export function assignCell(rules: FiringRules, to: FiringCell, from: Readonly<FiringCell>): void {
  to.window = from.window
  to.trigger = rules.strategy.trigger.machine.copy(from.trigger)
  to.pending = from.pending
  to.panes = from.panes
  to.nonSpeculative = from.nonSpeculative
  to.hold = from.hold
  to.gcHold = from.gcHold
  to.created = from.created
  to.revision = from.revision
  to.replaces = from.replaces
}

/** An element was accepted into the window: counts it, holds the watermark, tells the trigger. */
export function acceptElement(rules: FiringRules, cell: FiringCell, timestamp: Timestamp, moment: TriggerMoment): void {
  cell.pending++
  holdFor(rules, cell, timestamp, moment.watermark)
  if (!isAsleep(rules, moment.window, moment.watermark)) rules.strategy.trigger.machine.onElement(cell.trigger, moment)
}

/** A quiet trigger neither changes nor fires before its window ends: it need not be asked. */
export function isAsleep({ strategy }: FiringRules, window: Window, watermark: Timestamp): boolean {
  return strategy.trigger.quietUntilEnd && watermark < window.end
}

/** R32, R33: an element hold where it is neither behind the output watermark nor past the window, else a GC hold. */
function holdFor(rules: FiringRules, cell: FiringCell, timestamp: Timestamp, watermark: Timestamp): void {
  const { strategy } = rules
  const max = maxTimestamp(cell.window)
  const wanted = strategy.timestampCombiner === 'endOfWindow' ? max : timestamp
  if (wanted >= outputWatermark(cell, watermark) && max >= watermark) {
    cell.hold = combineHolds(strategy, cell.hold, wanted)
  } else {
    cell.gcHold = expiryOf(cell.window, strategy.allowedLateness)
  }
}

/** The output watermark as one cell sees it: the input watermark under its own holds, never another key's (R32). */
function outputWatermark(cell: FiringCell, watermark: Timestamp): Timestamp {
  return Math.min(watermark, cell.hold, cell.gcHold)
}

/** Infinity stands for no hold. */
export function combineHolds(strategy: WindowingStrategy, a: Timestamp, b: Timestamp): Timestamp {
  if (a === Number.POSITIVE_INFINITY) return b
  if (b === Number.POSITIVE_INFINITY) return a
  return strategy.timestampCombiner === 'latest' ? Math.max(a, b) : Math.min(a, b)
}

/**
 * Fires if the trigger is ready (R65). `before` is the input watermark before this step: the moment's own, unless the
 * step is a watermark move, which passes every millisecond (R64).
 */
export function fireIfReady(
  rules: FiringRules,
  cell: FiringCell,
  moment: TriggerMoment,
  before: Timestamp,
): Firing | undefined {
  if (isAsleep(rules, moment.window, moment.watermark)) return undefined
  const { machine } = rules.strategy.trigger
  if (cell.trigger.finished || !machine.shouldFire(cell.trigger, moment)) return undefined
  machine.onFire(cell.trigger, moment)
  const finished = cell.trigger.finished
  const emitted = decidePane(rules, cell, moment.watermark, before, finished)
  if (!finished && rules.strategy.closing === 'fireAlways') {
    cell.gcHold = expiryOf(cell.window, rules.strategy.allowedLateness)
  }
  return { emitted, finished }
}

/** The window's time is over: whatever is pending leaves in a last pane, without asking the trigger (R66). */
export function expire(
  rules: FiringRules,
  cell: FiringCell,
  watermark: Timestamp,
  before: Timestamp,
): PaneDecision | undefined {
  return cell.trigger.finished ? undefined : decidePane(rules, cell, watermark, before, true)
}

/** R67-R69 and R34: the pane of a firing, or undefined when an empty one is not wanted. Clears holds and pending. */
function decidePane(
  rules: FiringRules,
  cell: FiringCell,
  watermark: Timestamp,
  before: Timestamp,
  isLast: boolean,
): PaneDecision | undefined {
  const { strategy } = rules
  const max = maxTimestamp(cell.window)
  const timing = timingOf(cell, max, watermark, before)
  const isEmpty = cell.pending === 0
  const hold = Math.min(cell.hold, cell.gcHold)
  const timestamp = hold > max ? max : hold
  cell.pending = 0
  cell.hold = Number.POSITIVE_INFINITY
  cell.gcHold = Number.POSITIVE_INFINITY
  const wanted =
    !isEmpty ||
    (timing === 'ON_TIME' && strategy.onTime === 'fireAlways') ||
    (isLast && strategy.closing === 'fireAlways')
  if (!wanted) return undefined
  const pane = paneOf(cell, timing, isLast, rules.isMerging)
  cell.panes++
  if (timing !== 'EARLY') cell.nonSpeculative++
  cell.revision++
  cell.replaces = NO_WINDOWS
  return { pane, timestamp }
}

function timingOf(cell: FiringCell, max: Timestamp, watermark: Timestamp, before: Timestamp): PaneTiming {
  if (cell.nonSpeculative > 0 || outputWatermark(cell, before) > max) return 'LATE'
  return watermark <= max ? 'EARLY' : 'ON_TIME'
}

/** Each kind of pane is one literal: spreading one into the other took a tenth of all work on sessions. */
function paneOf(cell: FiringCell, timing: PaneTiming, isLast: boolean, isMerging: boolean): PaneInfo {
  const index = cell.panes
  const nonSpeculativeIndex = timing === 'EARLY' ? -1 : cell.nonSpeculative
  const isFirst = cell.panes === 0
  if (!isMerging) return { timing, index, nonSpeculativeIndex, isFirst, isLast }
  const merging = { lineage: cell.created, revision: cell.revision, replaces: cell.replaces }
  return { timing, index, nonSpeculativeIndex, isFirst, isLast, merging }
}
