import type { Duration } from '../core/time.ts'
import type { Trigger, TriggerCause, TriggerMachine, TriggerState } from '../core/trigger.ts'
import { causesOf } from './compositeTrigger.ts'
import { isPastEnd, wakeAtEnd } from './endOfWindow.ts'
import { fireAgain, mergeAgain } from './repeatedly.ts'

interface AfterWatermarkState extends TriggerState {
  /** True from the on-time firing on: the late phase. Merges: true if it is so for every part and for the merged end. */
  ended: boolean
  /** Null without an early trigger, and in the late phase of windows that do not merge. Merges: by the early trigger. */
  early: TriggerState | null
  /** Null before the late phase, and without a late trigger. Merges: by the late trigger, cleared by a rewind. */
  late: TriggerState | null
}

/** Firings before and after the on-time one. Both start anew whenever they finish, as under `repeatedly`. */
export interface AfterWatermarkOptions<E extends TriggerCause = TriggerCause, L extends TriggerCause = TriggerCause> {
  readonly early?: Trigger<E>
  readonly late?: Trigger<L>
}

/**
 * Fires when the watermark passes the end of the window (R50); before that whenever `early` fires, after it whenever
 * `late` does (R51). Without `late` it finishes on time, which is refused where elements may still come later (R60).
 * A merge into a window that has not ended, or with a part that has not fired on time, goes back to `early` (R53).
 *
 * @example
 * afterWatermark({ early: afterProcessingTime(seconds(10)), late: afterCount(1) })
 */
export function afterWatermark<E extends TriggerCause = never, L extends TriggerCause = never>(
  options: AfterWatermarkOptions<E, L> = {},
): Trigger<'watermark' | E | L> {
  const { early, late } = options
  return {
    spec: {
      kind: 'afterWatermark',
      ...(early && { early: early.spec }),
      ...(late && { late: late.spec }),
    },
    causes: causesOf<'watermark' | E | L>(['watermark'], early?.causes ?? [], late?.causes ?? []),
    quietUntilEnd: early === undefined || early.quietUntilEnd,
    mayFinish: (allowedLateness: Duration) => late === undefined && allowedLateness > 0,
    continuation: () =>
      afterWatermark({
        ...(early && { early: early.continuation() }),
        ...(late && { late: late.continuation() }),
      }),
    machine: afterWatermarkMachine(early?.machine, late?.machine),
  }
}

function afterWatermarkMachine(
  early: TriggerMachine | undefined,
  late: TriggerMachine | undefined,
): TriggerMachine<AfterWatermarkState> {
  return {
    create: () => ({ finished: false, ended: false, early: early?.create() ?? null, late: null }),
    onElement(state, moment) {
      // In the late phase of merging windows the early trigger sees what waits too: a rewind asks it (R52).
      if (state.early) early?.onElement(state.early, moment)
      if (state.late) late?.onElement(state.late, moment)
    },
    onMerge(parts, moment) {
      const ended = isPastEnd(moment) && parts.every((part) => part.ended)
      return {
        finished: ended && late === undefined,
        ended,
        early: early ? mergeAgain(early, statesOf(early, parts, 'early'), moment) : null,
        late: late && ended ? mergeAgain(late, statesOf(late, parts, 'late'), moment) : null,
      }
    },
    shouldFire(state, moment) {
      if (state.ended) return late !== undefined && state.late !== null && late.shouldFire(state.late, moment)
      return isPastEnd(moment) || (early !== undefined && state.early !== null && early.shouldFire(state.early, moment))
    },
    onFire(state, moment) {
      if (state.ended) {
        if (late && state.late) state.late = fireAgain(late, state.late, moment)
        if (state.early) early?.clear(state.early)
      } else if (isPastEnd(moment)) {
        state.ended = true
        state.finished = late === undefined
        state.early = early && moment.merging ? early.create() : null
        state.late = late?.create() ?? null
      } else if (early && state.early) {
        state.early = fireAgain(early, state.early, moment)
      }
    },
    clear(state) {
      if (state.early) early?.clear(state.early)
      if (state.late) late?.clear(state.late)
    },
    eventTimeWake(state, moment) {
      if (state.ended) return late && state.late ? late.eventTimeWake(state.late, moment) : Number.POSITIVE_INFINITY
      const end = wakeAtEnd(moment)
      return early && state.early ? Math.min(end, early.eventTimeWake(state.early, moment)) : end
    },
    processingTimeWake(state, moment) {
      const current = state.ended ? late : early
      const currentState = state.ended ? state.late : state.early
      return current && currentState ? current.processingTimeWake(currentState, moment) : Number.POSITIVE_INFINITY
    },
    copy: (state) => ({
      finished: state.finished,
      ended: state.ended,
      early: early && state.early ? early.copy(state.early) : null,
      late: late && state.late ? late.copy(state.late) : null,
    }),
  }
}

/** What the parts have of one child; a part that has none starts with a new one. */
function statesOf(
  machine: TriggerMachine,
  parts: readonly AfterWatermarkState[],
  child: 'early' | 'late',
): TriggerState[] {
  return parts.map((part) => part[child] ?? machine.create())
}
