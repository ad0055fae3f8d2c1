/** What the window machine remembers when windows become one (R36, R53, R62). */
import type { TriggerMoment } from '../../core/trigger.ts'
import { compareWindows, expiryOf, maxTimestamp, type Window } from '../../core/window.ts'
import { combineHolds, type FiringCell, type FiringRules, isAsleep, NO_WINDOWS } from './firingCell.ts'

/**
 * Windows of one key became `result` (R36, R53, R62). `parts` are the live cells among them, at least one; the first of
 * them becomes the cell of the result, and the others are not used again.
 */
export function mergeCells(
  rules: FiringRules,
  parts: readonly FiringCell[],
  result: Window,
  moment: TriggerMoment,
): void {
  const { strategy } = rules
  const max = maxTimestamp(result)
  let survivor: FiringCell | undefined
  let pending = 0
  let hold = Number.POSITIVE_INFINITY
  let hasGcHold = false
  let created = Number.POSITIVE_INFINITY
  let revision = 1
  // Nearly every element of a session makes a window grow that has emitted nothing: no list is made for it.
  let replaces: Window[] | undefined
  for (const part of parts) {
    if (compareWindows(part.window, result) === 0) survivor = part
    else if (part.panes > 0) replaces = [...(replaces ?? []), part.window]
    if (part.replaces.length > 0) replaces = [...(replaces ?? []), ...part.replaces]
    pending += part.pending
    hold = combineHolds(strategy, hold, part.hold)
    if (part.gcHold !== Number.POSITIVE_INFINITY) hasGcHold = true
    if (part.created < created) created = part.created
    revision += part.revision
  }
  if (strategy.timestampCombiner === 'endOfWindow' && hold !== Number.POSITIVE_INFINITY) {
    // The merged window's own hold takes the place of its parts' (R36); it is never added behind the watermark.
    hold = max >= moment.watermark ? max : Number.POSITIVE_INFINITY
  }
  // A merge has parts (see above).
  const cell = parts[0] as FiringCell
  // One window that grows while its trigger sleeps keeps the state that it began with.
  const keepsTrigger = parts.length === 1 && isAsleep(rules, cell.window, moment.watermark)
  const trigger = keepsTrigger
    ? cell.trigger
    : strategy.trigger.machine.onMerge(
        parts.map((part) => part.trigger),
        moment,
      )
  cell.panes = survivor?.panes ?? 0
  cell.nonSpeculative = survivor?.nonSpeculative ?? 0
  cell.window = result
  cell.trigger = trigger
  cell.pending = pending
  cell.hold = hold
  cell.gcHold = hasGcHold ? expiryOf(result, strategy.allowedLateness) : Number.POSITIVE_INFINITY
  cell.created = created
  cell.revision = revision
  cell.replaces = replaces?.sort(compareWindows) ?? NO_WINDOWS
}
