import { describe, expect, test } from 'vitest'
import { referenceRun } from '../../docs/reference-runner/run.ts'
import type { Plan } from '../../src/core/graph.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { afterCount } from '../../src/triggers/afterCount.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { session } from '../../src/windows/session.ts'
import { sliding } from '../../src/windows/sliding.ts'
import { tumbling } from '../../src/windows/tumbling.ts'
import { el, runLines, script, summing, wm } from './scriptedPlan.ts'

function dropped(plan: Plan, ...steps: readonly LogStep[]) {
  return referenceRun(plan, script(...steps)).groups[0]?.dropped
}

describe('what is dropped as late (R70, P16)', () => {
  const plan = summing(tumbling(10), { allowedLateness: 5 })

  test('nothing at W = max + L', () => {
    expect(dropped(plan, wm(14), el('a', 1, 9))).toMatchObject({ late: 0 })
  })

  test('an element at W = max + L + 1', () => {
    expect(dropped(plan, wm(15), el('a', 1, 9))).toMatchObject({ late: 1 })
  })

  test('a sliding element loses only the windows that have expired', () => {
    const log = [wm(12), el('a', 1, 8), wm(100)]
    expect(dropped(summing(sliding(10, 5)), ...log)).toMatchObject({ late: 1 })
    expect(runLines(summing(sliding(10, 5)), ...log)).toEqual(['a [5,15) 1@14 ON_TIME 0/0 first last'])
  })

  test('allowed lateness never outlives the global window (R73)', () => {
    const forever = summing(tumbling(10), { allowedLateness: Number.POSITIVE_INFINITY })
    expect(dropped(forever, wm(8.64e15 - 86_400_000), el('a', 1, 3))).toMatchObject({ late: 0 })
    expect(dropped(forever, wm(8.64e15 - 86_400_000 + 1), el('a', 1, 3))).toMatchObject({ late: 1 })
  })
})

test('an element between sliding windows has no window (R13)', () => {
  expect(dropped(summing(sliding(3, 10)), el('a', 1, 5), el('a', 1, 2))).toMatchObject({ noWindow: 1, late: 0 })
})

test('a window whose trigger has finished takes nothing more until it expires (R71)', () => {
  const plan = summing(tumbling(10), { trigger: afterCount(2), allowedLateness: 5, unsafeTrigger: 'allow' })
  const log = [el('a', 1, 1), el('a', 2, 2), el('a', 4, 3), wm(14), el('a', 8, 4), wm(15), el('a', 16, 5)]
  expect(runLines(plan, ...log)).toEqual(['a [0,10) 3@9 EARLY 0/-1 first last'])
  expect(dropped(plan, ...log)).toMatchObject({ closed: 2, late: 1 })
})

describe('late sessions (R72, D5)', () => {
  const late = [wm(18), el('a', 1, 20), el('a', 2, 12), el('a', 4, 6), wm(100)]

  test('are judged by the element’s own window', () => {
    const plan = summing(session(10), { allowedLateness: 0 })
    expect(runLines(plan, ...late)).toEqual(['a [12,30) 3@29 ON_TIME 0/0 first last'])
    expect(dropped(plan, ...late)).toMatchObject({ late: 1 })
  })

  test('or by the merged one, if the author asks for it', () => {
    const plan = summing(session(10), { allowedLateness: 0, lateMerge: true })
    expect(runLines(plan, ...late)).toEqual(['a [6,30) 7@29 ON_TIME 0/0 first last'])
    expect(dropped(plan, ...late)).toMatchObject({ late: 0 })
  })

  test('a late element without a live session is dropped in both cases', () => {
    for (const lateMerge of [false, true]) {
      expect(dropped(summing(session(10), { lateMerge }), wm(18), el('a', 1, 6))).toMatchObject({ late: 1 })
    }
  })
})

test('late elements within the lateness are counted as accepted late', () => {
  const plan = summing(tumbling(10), { trigger: afterWatermark({ late: afterCount(1) }), allowedLateness: 5 })
  expect(referenceRun(plan, script(wm(9), el('a', 1, 3), wm(10), el('a', 1, 3))).groups[0]?.lateAccepted).toBe(1)
})
