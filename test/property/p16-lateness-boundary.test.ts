/**
 * P16: the bounds of lateness, exactly. With an element's window ending in max: at W = max it is on time, at max + 1 the
 * window has fired without it; at W = max + L it is still taken, at max + L + 1 it is dropped (R70, R73). Every case puts the
 * watermark on one of these values or beside it, and names each pane and drop that must come of it.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from '../../src/core/graph.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { type Duration, GLOBAL_MAX, type Timestamp } from '../../src/core/time.ts'
import type { TriggerSpec } from '../../src/core/trigger.ts'
import { maxTimestamp, type Window } from '../../src/core/window.ts'
import { runStepLog } from '../../src/runners/local/runStepLog.ts'
import type { ScriptedValue } from '../../src/testing/arbitraries/scriptedValue.ts'
import { type WindowDescription, windowDescriptions } from '../../src/testing/arbitraries/windowDescriptions.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { toList } from '../../src/transforms/combiners/toList.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { countWindow } from '../../src/windows/countWindow.ts'
import { droppedOf } from './support/countRows.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { type Contents, GROUP, LATE, planOf, READ, SHAPES, type Shape } from './support/plans.ts'
import { windowText } from './support/rowText.ts'
import { DEFAULT_WINDOWING, el, end, wm } from './support/scripts.ts'
import { windowsContaining } from './support/windowsContaining.ts'

const lateness = fc.integer({ min: 0, max: 12 })
const timestamps = fc.integer({ min: -30, max: 60 })
const kinds = windowDescriptions(['tumbling', 'sliding', 'session'])

/** Which bound of the window the watermark meets, and how far it stands beyond it. */
const meetings = fc.record({
  bound: fc.constantFrom('max' as const, 'expiry' as const),
  beyond: fc.constantFrom(0, 1, -1, 2),
})

const AFTER_COUNT: TriggerSpec = { kind: 'repeatedly', trigger: { kind: 'afterCount', count: 1 } }

test('P16: an element at the bounds of its windows is on time, late or dropped, to the millisecond', () => {
  const reached: Reached = {
    atMax: 0,
    earlyAtMax: 0,
    atEnd: 0,
    lateAtEnd: 0,
    atExpiry: 0,
    afterExpiry: 0,
    bothAtOnce: 0,
    partlyDropped: 0,
  }
  const scenes = fc.record({ window: kinds, allowed: lateness, at: timestamps, meeting: meetings, drawn: fc.nat() })
  const asked = fc.record({ hasEarlier: fc.boolean(), isEager: fc.boolean() })
  checkLaw(
    fc.property(scenes, asked, ({ window, allowed, at, meeting, drawn }, { hasEarlier, isEager }) => {
      const windows = windowsContaining(window, at)
      const met = windows[drawn % windows.length]
      if (met === undefined) return
      const watermark = maxTimestamp(met) + (meeting.bound === 'max' ? 0 : allowed) + meeting.beyond
      const windowing = { ...DEFAULT_WINDOWING, window, allowedLateness: allowed }
      const trigger = isEager ? AFTER_COUNT : windowing.trigger
      const steps = [...(hasEarlier ? [el('a', 1, at)] : []), wm(watermark), el('a', 2, at), end]
      const plan = planOf(SHAPES.single, { ...windowing, trigger })
      const expected = windows.flatMap((each) => outcome(each, { allowed, watermark, hasEarlier, isEager }))
      expect(outcomes(plan, steps)).toEqual(counted(expected))

      const beyondMax = watermark - maxTimestamp(met)
      if (beyondMax === 0) reach(reached, isEager ? 'earlyAtMax' : 'atMax')
      if (beyondMax === 1) reach(reached, allowed === 0 ? 'bothAtOnce' : isEager ? 'lateAtEnd' : 'atEnd')
      if (beyondMax === allowed) reach(reached, 'atExpiry')
      if (beyondMax === allowed + 1) reach(reached, 'afterExpiry')
      if (expected.some(isDrop) && expected.some((line) => !isDrop(line) && line.endsWith('2')))
        reach(reached, 'partlyDropped')
    }),
    1000,
    reached,
  )
})

interface Scene {
  readonly allowed: Duration
  readonly watermark: Timestamp
  /** Whether an element of the window, 1, came before the watermark; the one that comes after it is 2. */
  readonly hasEarlier: boolean
  /** Whether each element makes a pane at once. */
  readonly isEager: boolean
}

/** The panes and drops of one window, by the rules. */
function outcome(window: Window, { allowed, watermark, hasEarlier, isEager }: Scene): string[] {
  const max = maxTimestamp(window)
  const name = windowText(window)
  const first = hasEarlier ? [`${name} ${isEager ? 'EARLY' : 'ON_TIME'} 1`] : []
  if (watermark > Math.min(max + allowed, GLOBAL_MAX)) return [...first, `${name} dropped 2`]
  if (watermark > max) return [...first, `${name} LATE 2`]
  if (isEager) return [...first, `${name} EARLY 2`]
  return [`${name} ON_TIME ${hasEarlier ? '1 ' : ''}2`]
}

function isDrop(line: string): boolean {
  return line.includes('dropped')
}

test('P16: an element that would join a live session is judged by its own window, or by the merged one if asked', () => {
  const reached: Reached = { atExpiry: 0, afterExpiry: 0, atMergedExpiry: 0, afterMergedExpiry: 0 }
  const gaps = fc.integer({ min: 2, max: 12 })
  const bounds = fc.constantFrom('own' as const, 'merged' as const)
  checkLaw(
    fc.property(
      gaps,
      lateness,
      timestamps,
      bounds,
      fc.integer({ min: -1, max: 2 }),
      fc.boolean(),
      (gap, allowed, at, bound, beyond, lateMerge) => {
        // Elements at `at` and just before the end of their gap make one session; the late element belongs to its beginning.
        const own = { start: at, end: at + gap }
        const merged = { start: at, end: at + 2 * gap - 1 }
        const watermark = maxTimestamp(bound === 'own' ? own : merged) + allowed + beyond
        const window: WindowDescription = { kind: 'session', gap, touching: 'apart' }
        const plan = planOf(SHAPES.single, { ...DEFAULT_WINDOWING, window, allowedLateness: allowed, lateMerge })
        const steps = [el('a', 1, at), el('a', 3, at + gap - 1), wm(watermark), el('a', 2, at), end]
        const deciding = maxTimestamp(lateMerge ? merged : own) + allowed
        // Once the session has expired there is nothing to join, and the element's own window decides.
        const isTaken = watermark <= Math.min(deciding, maxTimestamp(merged) + allowed)
        const name = windowText(merged)
        const expected = !isTaken
          ? [`${name} ON_TIME 1 3`, `${windowText(own)} dropped 2`]
          : watermark > maxTimestamp(merged)
            ? [`${name} ON_TIME 1 3`, `${name} LATE 2`]
            : [`${name} ON_TIME 1 2 3`]
        expect(outcomes(plan, steps)).toEqual(counted(expected))

        if (watermark === maxTimestamp(own) + allowed) reach(reached, 'atExpiry')
        if (watermark === maxTimestamp(own) + allowed + 1) reach(reached, 'afterExpiry')
        if (lateMerge && watermark === deciding) reach(reached, 'atMergedExpiry')
        if (lateMerge && watermark === deciding + 1) reach(reached, 'afterMergedExpiry')
      },
    ),
    300,
    reached,
  )
})

test('P16: no lateness outlives the last timestamp, where windows are cut', () => {
  const reached: Reached = { atLast: 0, afterLast: 0, cut: 0 }
  const before = fc.integer({ min: 0, max: 8 })
  checkLaw(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      lateness,
      before,
      fc.constantFrom(0, 1),
      (size, allowed, ago, beyond) => {
        const at = GLOBAL_MAX - ago
        const start = at - (((at % size) + size) % size)
        const window = { start, end: Math.min(start + size, GLOBAL_MAX + 1) }
        const watermark = GLOBAL_MAX + beyond
        const windowing = { ...DEFAULT_WINDOWING, allowedLateness: allowed }
        const plan = planOf(SHAPES.single, { ...windowing, window: { kind: 'tumbling', size, offset: 0 } })
        const steps = [el('a', 1, at), wm(watermark), el('a', 2, at), end]
        expect(outcomes(plan, steps)).toEqual(
          counted(outcome(window, { allowed, watermark, hasEarlier: true, isEager: false })),
        )
        if (maxTimestamp(window) + allowed >= GLOBAL_MAX) reach(reached, beyond === 0 ? 'atLast' : 'afterLast')
        if (window.end < start + size) reach(reached, 'cut')
      },
    ),
    200,
    reached,
  )
})

test('P16: an element of a sequence is dropped once the watermark is past it by more than the wait', () => {
  const reached: Reached = { atWait: 0, afterWait: 0, noWait: 0 }
  const waits = fc.integer({ min: 0, max: 12 })
  checkLaw(
    fc.property(waits, timestamps, fc.integer({ min: -1, max: 2 }), (wait, at, beyond) => {
      const watermark = at + wait + beyond
      const steps = [wm(watermark), el('a', 2, at), end]
      const plan = planOf(countsOfOne(wait), DEFAULT_WINDOWING)
      const taken = `${windowText({ start: at, end: at + 1, ordinal: 0 })} ON_TIME 2`
      expect(outcomes(plan, steps)).toEqual(counted([watermark > at + wait ? 'none dropped 2' : taken]))
      if (beyond === 0) reach(reached, 'atWait')
      if (beyond === 1) reach(reached, 'afterWait')
      if (wait === 0) reach(reached, 'noWait')
    }),
    200,
    reached,
  )
})

/** Every element a window of its own, once its place is final. */
function countsOfOne(wait: Duration): Shape {
  return (read) => {
    const group = read(READ).pipe(
      keyBy(({ key }) => key),
      windowInto(countWindow(1, { wait })),
      combinePerKey(toList(), { name: GROUP }),
    )
    return { [GROUP]: group }
  }
}

/** What is said of panes and drops, with the count of late elements that were taken, which comes of it. */
function counted(lines: readonly string[]): string[] {
  return [...lines, `late accepted ${lines.filter((line) => line.endsWith('LATE 2')).length}`].sort()
}

/** Panes with elements as `[start,end) TIMING ids`, drops as `[start,end) dropped id`, and how many were taken late. */
function outcomes(plan: Plan, steps: readonly LogStep[]): string[] {
  const { rows, groups } = runStepLog(plan, { startAt: 0, steps })
  const panes = (rows[GROUP] ?? []).flatMap(({ window, pane, value }) => {
    const ids = (value as Contents).map(({ id }) => id).sort((a, b) => a - b)
    return ids.length === 0 ? [] : [`${windowText(window)} ${pane?.timing} ${ids.join(' ')}`]
  })
  const drops = (rows[LATE] ?? []).map((row) => `${windowText(row.window)} dropped ${idOf(droppedOf(row).element)}`)
  return [...panes, ...drops, `late accepted ${groups[0]?.lateAccepted}`].sort()
}

function idOf(element: unknown): number {
  return (element as ScriptedValue).id
}
