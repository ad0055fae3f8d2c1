/** Deadlines in processing time: how one is computed, and the machine that waits for it. */
import { floorMod, type Timestamp } from '../core/time.ts'
import type { DeadlineStep, TriggerMachine, TriggerState } from '../core/trigger.ts'

export interface DeadlineState extends TriggerState {
  /** Set by the first element since the start or the last `clear`; null before it. Merges: the earliest. */
  deadline: Timestamp | null
}

/** The deadline of a pane whose first element came at `first`: each step is applied to the result of the last (R48). */
export function deadlineAfter(first: Timestamp, steps: readonly DeadlineStep[]): Timestamp {
  return steps.reduce((at, step) => {
    switch (step.kind) {
      case 'delay':
        return at + step.by
      case 'align':
        return at + floorMod(step.offset - at, step.size)
      default:
        return step satisfies never
    }
  }, first)
}

/** Fires once, when the clock reaches the deadline (D6); later elements do not move it. */
export function deadlineMachine(steps: readonly DeadlineStep[]): TriggerMachine<DeadlineState> {
  return {
    create: () => ({ finished: false, deadline: null }),
    onElement(state, moment) {
      if (state.deadline === null) state.deadline = deadlineAfter(moment.processingTime, steps)
    },
    onMerge(parts) {
      // What one part has finished has happened for the whole (R45).
      if (parts.some((part) => part.finished)) return { finished: true, deadline: null }
      const deadlines = parts.map((part) => part.deadline).filter((deadline) => deadline !== null)
      return { finished: false, deadline: deadlines.length === 0 ? null : Math.min(...deadlines) }
    },
    shouldFire: (state, moment) => state.deadline !== null && moment.processingTime >= state.deadline,
    onFire(state) {
      state.finished = true
      state.deadline = null
    },
    clear(state) {
      state.deadline = null
    },
    eventTimeWake: () => Number.POSITIVE_INFINITY,
    processingTimeWake(state, moment) {
      const { deadline } = state
      return deadline !== null && deadline > moment.processingTime ? deadline : Number.POSITIVE_INFINITY
    },
    copy: (state) => ({ finished: state.finished, deadline: state.deadline }),
  }
}
