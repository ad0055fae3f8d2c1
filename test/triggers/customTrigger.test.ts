import { expect, test } from 'vitest'
import type { TriggerMachine, TriggerState } from '../../src/core/trigger.ts'
import { triggerLaws } from '../../src/testing/laws/triggerLaws.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterEach } from '../../src/triggers/afterEach.ts'
import { customTrigger } from '../../src/triggers/customTrigger.ts'
import { repeatedly } from '../../src/triggers/repeatedly.ts'
import { play } from './triggerTable.ts'

interface MiddleState extends TriggerState {
  hasElement: boolean
}

/** Fires once when the watermark reaches the middle of the window, if an element waits then. */
const middleMachine: TriggerMachine<MiddleState> = {
  create: () => ({ finished: false, hasElement: false }),
  onElement(state) {
    state.hasElement = true
  },
  onMerge: (parts) => ({ finished: false, hasElement: parts.some((part) => part.hasElement) }),
  shouldFire: (state, { watermark, window }) => state.hasElement && watermark >= (window.start + window.end) / 2,
  onFire(state) {
    state.finished = true
    state.hasElement = false
  },
  clear(state) {
    state.hasElement = false
  },
  eventTimeWake(_state, { watermark, window }) {
    const middle = Math.ceil((window.start + window.end) / 2)
    return watermark < middle ? middle : Number.POSITIVE_INFINITY
  },
  processingTimeWake: () => Number.POSITIVE_INFINITY,
  copy: (state) => ({ ...state }),
}

const middle = customTrigger({ name: 'middle-of-window', machine: middleMachine, mayFinish: true })

test('a custom trigger fires at the watermark that it asked to be woken for', () => {
  expect(play(middle, 'e w4 w5!# e')).toBe('e w4 w5!# e')
  expect(play(middle, 'e w+!#')).toBe('e w+!#')
})

test('a custom trigger nests in built-in ones', () => {
  const script = 'e w5! w6 e! e!'
  expect(play(afterEach(middle, repeatedly(afterCount(1))), script)).toBe(script)
})

test('a custom trigger is data with a name, fires for its own cause and continues as itself unless told otherwise', () => {
  expect(middle.spec).toEqual({ kind: 'custom', name: 'middle-of-window', parameters: {} })
  expect(middle.causes).toEqual(['custom'])
  expect(middle.continuation()).toBe(middle)
  expect([middle.mayFinish(0), middle.quietUntilEnd]).toEqual([true, false])
  const told = customTrigger({
    name: 'told',
    parameters: { share: 0.5 },
    machine: middleMachine,
    mayFinish: (lateness) => lateness > 5,
    continuation: () => afterCount(1),
    causes: ['watermark'],
  })
  expect([told.mayFinish(5), told.mayFinish(6), told.continuation().spec.kind]).toEqual([false, true, 'afterCount'])
  expect(told.causes).toEqual(['watermark'])
})

test('a custom trigger needs a name', () => {
  expect(() => customTrigger({ name: '', machine: middleMachine, mayFinish: true })).toThrow(
    '[INVALID_ARGUMENT] customTrigger got an empty name.',
  )
})

test.each(triggerLaws(middle).map(({ name, check }) => [name, check] as const))(
  'the law kit passes: %s',
  (_, check) => {
    check()
  },
)

test.each<
  [broken: string, machine: TriggerMachine<MiddleState>, options: { mayFinish?: boolean; quietUntilEnd?: boolean }]
>([
  [
    'state is plain JSON',
    {
      ...middleMachine,
      create: () =>
        Object.assign({ finished: false, hasElement: false }, { seen: undefined, at: Number.POSITIVE_INFINITY }),
      onElement: (state) => {
        state.hasElement = Reflect.get(state, 'at') !== null
      },
    },
    {},
  ],
  [
    'asking changes nothing',
    {
      ...middleMachine,
      shouldFire: (state) => {
        state.hasElement = !state.hasElement
        return false
      },
    },
    {},
  ],
  ['a copy is equal and shares nothing', { ...middleMachine, copy: (state) => state }, {}],
  [
    'elements never make a ready trigger unready',
    {
      ...middleMachine,
      onElement: (state) => {
        state.hasElement = !state.hasElement
      },
    },
    {},
  ],
  [
    'time alone makes a trigger ready at its wakes only',
    { ...middleMachine, eventTimeWake: () => Number.POSITIVE_INFINITY },
    {},
  ],
  ['a trigger that says it cannot finish does not', middleMachine, { mayFinish: false }],
  ['a quiet trigger neither fires nor changes', middleMachine, { quietUntilEnd: true }],
  [
    'the order of merged parts means nothing',
    { ...middleMachine, onMerge: ([first]) => first ?? middleMachine.create() },
    {},
  ],
  [
    'where no merge happens',
    { ...middleMachine, shouldFire: (state, moment) => moment.merging && middleMachine.shouldFire(state, moment) },
    {},
  ],
  [
    'clearing keeps what has finished',
    {
      ...middleMachine,
      clear: (state) => {
        state.finished = true
      },
    },
    {},
  ],
])('the law kit finds a breach of: %s', (broken, machine, { mayFinish = true, quietUntilEnd = false }) => {
  const trigger = customTrigger({ name: 'broken', machine, mayFinish, quietUntilEnd })
  const law = triggerLaws(trigger, { runs: 300 }).find(({ name }) => name.startsWith(broken))
  expect(() => law?.check()).toThrow('Property failed')
})
