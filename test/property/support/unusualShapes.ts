/** Plans with what most plans lack: windows, triggers and timestamps of the author's own, side outputs, keys of any type. */

import { type ElementContext, tagged } from '../../../src/core/node.ts'
import type { TriggerState } from '../../../src/core/trigger.ts'
import { boundedOutOfOrderness } from '../../../src/io/watermarks/boundedOutOfOrderness.ts'
import type { ScriptedValue } from '../../../src/testing/arbitraries/scriptedValue.ts'
import { type WindowingDescription, windowedBy } from '../../../src/testing/arbitraries/windowingDescriptions.ts'
import { combineGlobally } from '../../../src/transforms/combineGlobally.ts'
import { combinePerKey } from '../../../src/transforms/combinePerKey.ts'
import { toList } from '../../../src/transforms/combiners/toList.ts'
import { flatMap } from '../../../src/transforms/flatMap.ts'
import { keyBy } from '../../../src/transforms/keyBy.ts'
import { map } from '../../../src/transforms/map.ts'
import { mapValues } from '../../../src/transforms/mapValues.ts'
import { windowInto } from '../../../src/transforms/windowInto.ts'
import { withTimestamps } from '../../../src/transforms/withTimestamps.ts'
import { customTrigger } from '../../../src/triggers/customTrigger.ts'
import { repeatedly } from '../../../src/triggers/repeatedly.ts'
import { triggerOf } from '../../../src/triggers/triggerOf.ts'
import { customMergingWindows } from '../../../src/windows/customMergingWindows.ts'
import { customWindows } from '../../../src/windows/customWindows.ts'
import { mergeOverlapping } from '../../../src/windows/mergeOverlapping.ts'
import { tumbling } from '../../../src/windows/tumbling.ts'
import { asValue, type Contents, GROUP, keyOf, READ, SECOND, type Shape } from './plans.ts'

/** Every option of a windowing but the windows; the trigger is made safe. */
function optionsOf({ trigger, window: _, lateMerge: __, ...options }: WindowingDescription) {
  return { ...options, trigger: repeatedly(triggerOf(trigger)) }
}

/** For a step between windows and grouping: it changes what the windows were computed from. */
function negative(value: ScriptedValue): ScriptedValue {
  return { ...value, amount: -value.amount }
}

export const customAligned: Shape = (read, windowing, _then, combine) => {
  // The windows are in order of start, which is not that of their ends.
  const windows = customWindows<ScriptedValue>({
    name: 'nested',
    assign: (timestamp, { amount }) => [
      { start: timestamp - 3, end: timestamp + 7 },
      ...(amount > 2 ? [{ start: timestamp - 1, end: timestamp + 2 }] : []),
    ],
  })
  const group = read(READ).pipe(
    keyBy(keyOf),
    windowInto(windows, optionsOf(windowing)),
    map(negative),
    combinePerKey(combine, { name: GROUP }),
  )
  return { [GROUP]: group }
}

export const customMerging: Shape = (read, windowing, _then, combine) => {
  const windows = customMergingWindows<ScriptedValue>({
    name: 'as-long-as-it-says',
    assign: (timestamp, { amount }) => ({ start: timestamp, end: timestamp + 2 + Math.abs(amount) }),
    merge: (present) => mergeOverlapping(present, 'apart'),
  })
  const group = read(READ).pipe(
    keyBy(keyOf),
    windowInto(windows, optionsOf(windowing)),
    map(negative),
    combinePerKey(combine, { name: GROUP }),
  )
  return { [GROUP]: group }
}

export const customTriggered: Shape = (read, windowing, _then, combine) => {
  const group = read(READ).pipe(
    keyBy(keyOf),
    windowInto(tumbling(8), { ...optionsOf(windowing), trigger: threeAfterStart() }),
    combinePerKey(combine, { name: GROUP }),
  )
  return { [GROUP]: group }
}

interface Waiting extends TriggerState {
  isWaiting: boolean
}

/** Fires from three milliseconds after the start of the window on, whenever an element came. */
function threeAfterStart() {
  return customTrigger<Waiting>({
    name: 'three-after-start',
    mayFinish: false,
    machine: {
      create: () => ({ finished: false, isWaiting: false }),
      onElement(state) {
        state.isWaiting = true
      },
      onMerge: (parts) => ({ finished: false, isWaiting: parts.some(({ isWaiting }) => isWaiting) }),
      shouldFire: ({ isWaiting }, { window, watermark }) => isWaiting && watermark > window.start + 3,
      onFire(state) {
        state.isWaiting = false
      },
      clear(state) {
        state.isWaiting = false
      },
      eventTimeWake: (_state, { window, watermark }) =>
        watermark > window.start + 3 ? Number.POSITIVE_INFINITY : window.start + 4,
      processingTimeWake: () => Number.POSITIVE_INFINITY,
      copy: (state) => ({ ...state }),
    },
  })
}

export const restampedForward: Shape = (read, windowing, _then, combine) => {
  const group = read(READ).pipe(
    withTimestamps(({ amount }, { timestamp }) => timestamp + 3 + amount),
    keyBy(keyOf),
    windowedBy(windowing),
    combinePerKey(combine, { name: GROUP }),
  )
  return { [GROUP]: group }
}

export const restampedFreely: Shape = (read, windowing, _then, combine) => {
  const group = read(READ).pipe(
    withTimestamps(({ amount }, { timestamp }) => timestamp - 2 * amount, { watermark: boundedOutOfOrderness(4) }),
    keyBy(keyOf),
    windowedBy(windowing),
    combinePerKey(combine, { name: GROUP }),
  )
  return { [GROUP]: group }
}

/** Keys that are one although they are written differently, and keys that differ although they look alike. */
const KEYS: readonly unknown[] = [0, '0', 0n, { a: 1, b: 2 }, { b: 2, a: 1 }, [1], '1', 1, true, null]

export const keysOfAnyType: Shape = (read, windowing, _then, combine) => {
  const group = read(READ).pipe(
    keyBy(({ id }) => KEYS[id % KEYS.length]),
    windowedBy(windowing),
    combinePerKey(combine, { name: GROUP }),
  )
  return { [GROUP]: group }
}

export const unkeyed: Shape = (read, windowing, _then, combine) => {
  const group = read(READ).pipe(keyBy(keyOf), windowedBy(windowing), combineGlobally(combine, { name: GROUP }))
  return { [GROUP]: group }
}

export const sideOutputs: Shape = (read, windowing, then, combine) => {
  const parts = read(READ).pipe(
    keyBy(keyOf),
    flatMap(
      function* (value: ScriptedValue) {
        if (value.amount % 2 === 0) yield tagged('even', value)
        if (value.amount > 2) yield value
      },
      { name: 'parts', sides: ['even'] },
    ),
  )
  const group = parts.pipe(windowedBy(windowing), combinePerKey(combine, { name: GROUP }))
  const second = parts.sides.even.pipe(windowedBy(then), combinePerKey(toList(), { name: SECOND }))
  return { [GROUP]: group, [SECOND]: second }
}

/** What callbacks see of windows, before and after each windowInto and grouping, becomes part of the values. */
export const observedWindows: Shape = (read, windowing, then, combine) => {
  const windows = customWindows<ScriptedValue>({
    name: 'one-or-two',
    assign: (timestamp, { amount }) => [
      { start: timestamp - 2, end: timestamp + 6 },
      ...(amount > 2 ? [{ start: timestamp, end: timestamp + 9 }] : []),
    ],
  })
  const group = read(READ).pipe(
    keyBy(keyOf),
    windowInto(windows, optionsOf(windowing)),
    map(markWindow),
    combinePerKey(combine, { name: GROUP }),
  )
  const second = group.pipe(
    mapValues((contents: Contents, context) => markWindow(asValue(contents, { key: String(context.key) }), context)),
    windowedBy(then),
    map(markWindow),
    combinePerKey(toList(), { name: SECOND }),
  )
  return { [GROUP]: group, [SECOND]: second }
}

function markWindow(value: ScriptedValue, { window }: Pick<ElementContext, 'window'>): ScriptedValue {
  return { ...value, amount: window === undefined ? value.amount : window.end }
}

export const UNUSUAL_SHAPES = {
  observedWindows,
  customAligned,
  customMerging,
  customTriggered,
  restampedForward,
  restampedFreely,
  keysOfAnyType,
  unkeyed,
  sideOutputs,
}
