/** The rules of windows, triggers and groupings that can be checked before anything runs. */
import { checkChoice } from './checkChoice.ts'
import { DataflowError, showValue } from './errors.ts'
import type { CollectionInfo } from './graph.ts'
import type { GroupSpec } from './node.ts'
import { firesBeforeEnd, showTrigger } from './showTrigger.ts'
import { showWindowing } from './showWindowing.ts'
import type { WindowingStrategy } from './windowing.ts'

/** How to give rows of these kinds timestamps to window by (D11). */
const TIMELESS: Readonly<Record<string, string>> = {
  untimed: 'Give the read a timestamp function, or put withTimestamps(...) before windowInto.',
  dropped: 'They were late and would be late again: put withTimestamps(...) before windowInto.',
  failed: 'They may have no timestamps: put withTimestamps(...) before windowInto.',
}

/** Rules of assigning windows by `windowing` to rows of `input`. */
export function checkWindowInto(step: string, input: CollectionInfo, windowing: WindowingStrategy): void {
  const { windowFn, allowedLateness, panes } = windowing
  if (windowFn === undefined) {
    throw new DataflowError('INVALID_PLAN', {
      step,
      problem: 'a windowInto has no windows.',
      remedy: 'Give its output a windowFn.',
    })
  }
  const remedy = TIMELESS[input.windowing.windowKind]
  if (remedy !== undefined && windowFn.kind !== 'global') {
    throw new DataflowError('UNTIMED_WINDOWING', {
      step,
      problem: `${windowFn.kind} windows need event times, but the rows of the input are ${input.windowing.windowKind}.`,
      remedy,
    })
  }
  if (!Number.isInteger(allowedLateness) || allowedLateness < 0) {
    throw new DataflowError('INVALID_ARGUMENT', {
      step,
      problem: `allowedLateness is ${showValue(allowedLateness)}, but must be a whole number of milliseconds >= 0.`,
      remedy: 'Pass a duration such as minutes(10), or Infinity to keep windows open for ever.',
    })
  }
  checkChoice(step, 'panes', panes, ['discarding', 'accumulating', 'retracting'])
  checkChoice(step, 'onTime', windowing.onTime, ['fireAlways', 'fireIfNonEmpty'])
  checkChoice(step, 'closing', windowing.closing, ['fireAlways', 'fireIfNonEmpty'])
  checkChoice(step, 'timestampCombiner', windowing.timestampCombiner, ['endOfWindow', 'earliest', 'latest'])
  if (windowing.lateMerge && windowFn.shape !== 'merging') {
    throw new DataflowError('INVALID_ARGUMENT', {
      step,
      problem: `lateMerge is set, but ${windowFn.kind} windows do not merge.`,
      remedy: 'Leave it out: it is for sessions and other merging windows (R72).',
    })
  }
  if (windowFn.shape === 'sequence') checkSequence(step, windowing)
  checkTriggerSafety(step, windowing)
  if (input.retracts) checkRetractingInput(step, input.windowing, windowing)
}

/** Rules of grouping the rows of `input`. */
export function checkGrouping(step: string, spec: GroupSpec, input: CollectionInfo): void {
  const { windowing } = input
  if (spec.keyed && !input.keyed) {
    throw new DataflowError('UNKEYED_INPUT', {
      step,
      problem: 'a grouping by key needs a keyed collection, but its input has no keys.',
      remedy: 'Put keyBy(...) before it.',
    })
  }
  if (windowing.windowFn === undefined && windowing.windowShape === 'sequence') {
    throw new DataflowError('REWINDOW_REQUIRED', {
      step,
      problem: `its input are panes of ${windowing.windowKind} windows, which no other key shares (R79).`,
      remedy: 'Put a new windowInto(...) before this grouping.',
    })
  }
  const isGlobal = windowing.windowSpec.kind === 'global'
  if (isGlobal && !input.bounded && !firesBeforeEnd(windowing.trigger.spec)) {
    throw new DataflowError('UNBOUNDED_GLOBAL_GROUPING', {
      step,
      problem: `its input is unbounded and in the global window, where ${showTrigger(windowing.trigger.spec)} never fires (R17).`,
      remedy:
        'Put windowInto(...) before it: windows of event time, or the global one with a trigger such as repeatedly(afterCount(100)).',
    })
  }
  checkTriggerSafety(step, windowing)
  if (input.retracts) checkRetractingGrouping(step, windowing)
}

/** The error of a step that would lose or misread a withdrawal (R75). */
export function retractionsRefused(step: string, why: string, remedy: string): DataflowError {
  return new DataflowError('RETRACTIONS_REFUSED', {
    step,
    problem: `its input has retracting panes, and ${why}, which would leave a lasting error (R75).`,
    remedy,
  })
}

/** A trigger that can finish drops what comes after (D7, R60). */
function checkTriggerSafety(step: string, windowing: WindowingStrategy): void {
  const { trigger, allowedLateness, windowFn } = windowing
  const isMerging = windowFn?.shape === 'merging'
  if (!trigger.mayFinish(allowedLateness) || (windowing.allowUnsafeTrigger && !isMerging)) return
  throw new DataflowError('UNSAFE_TRIGGER', {
    step,
    problem: `${showTrigger(trigger.spec)} can finish before the ${windowing.windowKind} window expires (allowed lateness ${allowedLateness} ms), and would then drop every further element (R60).`,
    remedy: isMerging
      ? 'Wrap it in repeatedly(...): in merging windows such a trigger is never allowed (D7).'
      : "Wrap it in repeatedly(...), give afterWatermark a late trigger, or ask for it with unsafeTrigger: 'allow'.",
  })
}

function checkSequence(step: string, windowing: WindowingStrategy): void {
  const { trigger, panes, allowedLateness, onTime, closing, timestampCombiner } = windowing
  const given = [
    ...(trigger.spec.kind === 'default' ? [] : [`trigger ${showTrigger(trigger.spec)}`]),
    ...(panes === 'discarding' ? [] : [`panes '${panes}'`]),
    ...(allowedLateness === 0 ? [] : [`allowedLateness ${allowedLateness}`]),
    ...(onTime === 'fireAlways' ? [] : [`onTime '${onTime}'`]),
    ...(closing === 'fireIfNonEmpty' ? [] : [`closing '${closing}'`]),
    ...(timestampCombiner === 'endOfWindow' ? [] : [`timestampCombiner '${timestampCombiner}'`]),
  ]
  if (given.length === 0) return
  throw new DataflowError('WRONG_TRIGGER', {
    step,
    problem: `${windowing.windowKind} windows are final when they are cut and take no ${given.join(', no ')} (R113).`,
    remedy: 'Leave these options out; to wait for stragglers, give the windows themselves a wait.',
  })
}

/** No withdrawal may meet an expired window: it belongs where the addition went. */
function checkRetractingInput(step: string, before: WindowingStrategy, windowing: WindowingStrategy): void {
  const { windowShape, windowKind } = windowing
  if (windowShape !== 'aligned') {
    throw retractionsRefused(
      step,
      `a withdrawal cannot undo what its addition did to ${windowKind} windows`,
      'Use windows that depend on one element alone, such as tumbling ones.',
    )
  }
  if (windowing.allowedLateness < before.allowedLateness) {
    throw retractionsRefused(
      step,
      `allowedLateness ${windowing.allowedLateness} is below the input's ${before.allowedLateness}, so that late withdrawals would be dropped`,
      `Allow ${before.allowedLateness} ms or more, or leave allowedLateness out.`,
    )
  }
  if (before.timestampCombiner !== 'endOfWindow') {
    throw retractionsRefused(
      step,
      `its panes are stamped '${before.timestampCombiner}', so that a withdrawal can belong to a new window that has expired`,
      "Stamp them 'endOfWindow' in the windowInto before.",
    )
  }
}

function checkRetractingGrouping(step: string, windowing: WindowingStrategy): void {
  const { trigger } = windowing
  if (trigger.mayFinish(windowing.allowedLateness)) {
    throw retractionsRefused(
      step,
      `${showTrigger(trigger.spec)} can finish and drop withdrawals`,
      'Wrap the trigger in repeatedly(...).',
    )
  }
  if (windowing.panes === 'discarding') {
    throw retractionsRefused(
      step,
      `a discarding pane of ${showWindowing(windowing)} cannot take back what an earlier pane holds`,
      "Put windowInto(..., { panes: 'retracting' }) or 'accumulating' before this grouping.",
    )
  }
}
