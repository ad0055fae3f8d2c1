import { describe, expect, test } from 'vitest'
import { requirementsOf } from '../../src/core/requirements.ts'
import type { TriggerCause, TriggerMachine, TriggerState } from '../../src/core/trigger.ts'
import { pane } from '../../src/testing/expectedRow.ts'
import { clock, el, wm } from '../../src/testing/steps.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { customTrigger } from '../../src/triggers/customTrigger.ts'
import { session } from '../../src/windows/session.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { scores, summing, sums } from './sums.ts'

interface Waiting extends TriggerState {
  isWaiting: boolean
}

const machine: TriggerMachine<Waiting> = {
  create: () => ({ finished: false, isWaiting: false }),
  onElement(state) {
    state.isWaiting = true
  },
  onMerge: (parts) => ({ finished: false, isWaiting: parts.some(({ isWaiting }) => isWaiting) }),
  shouldFire: () => false,
  onFire(state) {
    state.isWaiting = false
  },
  clear(state) {
    state.isWaiting = false
  },
  eventTimeWake: () => Number.POSITIVE_INFINITY,
  processingTimeWake: () => Number.POSITIVE_INFINITY,
  copy: (state) => ({ ...state }),
}

/** Fires from the watermark `start + 4` on, if an element waits. */
const inTheMiddle = (causes: readonly TriggerCause[]) =>
  customTrigger<Waiting, TriggerCause>({
    name: 'in-the-middle',
    mayFinish: false,
    causes,
    machine: {
      ...machine,
      shouldFire: ({ isWaiting }, { window, watermark }) => isWaiting && watermark >= window.start + 4,
      eventTimeWake: (_state, { window, watermark }) =>
        watermark < window.start + 4 ? window.start + 4 : Number.POSITIVE_INFINITY,
    },
  })

/** Fires at every processing time that is a multiple of 10, if an element waits. */
const everyTen = (causes: readonly TriggerCause[]) =>
  customTrigger<Waiting, TriggerCause>({
    name: 'every-ten',
    mayFinish: false,
    causes,
    machine: {
      ...machine,
      shouldFire: ({ isWaiting }, { processingTime }) => isWaiting && processingTime % 10 === 0,
      processingTimeWake: (_state, { processingTime }) => Math.floor(processingTime / 10) * 10 + 10,
    },
  })

const early = { timing: 'EARLY' } as const

describe.each<[TriggerCause]>([['custom'], ['watermark'], ['count']])('a custom trigger of cause %s', (cause) => {
  test('is woken by the watermark that it asked for', () => {
    sums(tumbling(10), { trigger: afterWatermark({ early: inTheMiddle([cause]) }) })
      .input(el(['a', 1], 1), wm(3), wm(9))
      .expect(wm(3), pane([0, 10], 1, early), wm(9))
  })

  test('is woken by the watermark where windows merge', () => {
    sums(session(10), { trigger: afterWatermark({ early: inTheMiddle([cause]) }) })
      .input(el(['a', 1], 0), wm(3), el(['a', 2], 5), wm(8))
      .expect(wm(3), pane([0, 15], 3, early), wm(8))
  })

  test('is woken by the clock that it asked for', () => {
    sums(tumbling(10), { trigger: afterWatermark({ early: everyTen([cause]) }) })
      .input(clock(3), el(['a', 1], 1), clock(9), clock(10))
      .expect(pane([0, 10], 1, early))
  })

  test('needs a runner that runs the triggers of others', () => {
    const input = scores()
    summing(tumbling(10), { trigger: afterWatermark({ early: inTheMiddle([cause]) }) })(input)
    expect(requirementsOf(input.at.graph.plan()).map(({ capability }) => capability)).toContain('custom-triggers')
  })
})
