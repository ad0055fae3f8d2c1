import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../src/core/json.ts'
import type { TriggerSpec } from '../../src/core/trigger.ts'
import { triggerScripts } from '../../src/testing/arbitraries/triggerScripts.ts'
import { triggerSpecs } from '../../src/testing/arbitraries/triggerSpecs.ts'
import { TRIGGER_RULES } from '../../src/testing/laws/triggerRules.ts'
import { runTrigger, type TriggerFiring, type TriggerScript } from '../../src/testing/runTrigger.ts'
import { triggerOf } from '../../src/triggers/triggerOf.ts'
import { runNaively } from '../triggers/runNaively.ts'

const RUNS = Number(process.env.TIDEMARK_RUNS ?? 1)

const any = triggerSpecs({ unsafe: true, maxDepth: 2 })
const deep = triggerSpecs({ unsafe: true, maxDepth: 4 })
const merging = triggerScripts({ merges: true })
const aligned = triggerScripts()

const NEVER: TriggerSpec = { kind: 'never' }
const END: TriggerSpec = { kind: 'afterWatermark' }
const repeatedly = (trigger: TriggerSpec): TriggerSpec => ({ kind: 'repeatedly', trigger })
const afterEach = (...triggers: TriggerSpec[]): TriggerSpec => ({ kind: 'afterEach', triggers })
const afterFirst = (...triggers: TriggerSpec[]): TriggerSpec => ({ kind: 'afterFirst', triggers })
const afterAll = (...triggers: TriggerSpec[]): TriggerSpec => ({ kind: 'afterAll', triggers })
const orFinally = (main: TriggerSpec, until: TriggerSpec): TriggerSpec => ({ kind: 'orFinally', main, until })

/** Fires only in the ways of the leaves: once, so that orFinally and afterFirst cannot differ. */
const once = fc.constantFrom<TriggerSpec>(
  END,
  NEVER,
  { kind: 'afterCount', count: 1 },
  { kind: 'afterCount', count: 3 },
  { kind: 'afterProcessingTime', steps: [{ kind: 'delay', by: 5 }] },
)

type Terms = readonly [a: TriggerSpec, b: TriggerSpec, c: TriggerSpec]
const firings = (spec: TriggerSpec, script: TriggerScript) => runTrigger(triggerOf(spec), script)
const times = (all: readonly TriggerFiring[]) => all.map(({ finished: _, ...time }) => time)

test.each<[law: string, left: (...terms: Terms) => TriggerSpec, right: (...terms: Terms) => TriggerSpec]>([
  ['repeatedly twice is once', (a) => repeatedly(repeatedly(a)), (a) => repeatedly(a)],
  ['afterEach nests to the left', (a, b, c) => afterEach(afterEach(a, b), c), (a, b, c) => afterEach(a, b, c)],
  ['afterEach nests to the right', (a, b, c) => afterEach(a, afterEach(b, c)), (a, b, c) => afterEach(a, b, c)],
  ['afterEach of one is that one', (a) => afterEach(a), (a) => a],
  ['what never finishes has no next', (a, b) => afterEach(repeatedly(a), b), (a) => repeatedly(a)],
  ['afterFirst commutes', (a, b, c) => afterFirst(a, b, c), (a, b, c) => afterFirst(c, a, b)],
  ['afterAll commutes', (a, b, c) => afterAll(a, b, c), (a, b, c) => afterAll(c, a, b)],
  ['orFinally never is nothing', (a) => orFinally(a, NEVER), (a) => a],
  ['default is repeatedly(afterWatermark)', () => ({ kind: 'default' }), () => repeatedly(END)],
  [
    'early and late triggers repeat without being told',
    (a, b) => ({ kind: 'afterWatermark', early: a, late: b }),
    (a, b) => ({ kind: 'afterWatermark', early: repeatedly(a), late: repeatedly(b) }),
  ],
])('P19: %s, with and without merges', (_law, left, right) => {
  let fired = 0
  fc.assert(
    fc.property(any, any, any, merging, (a, b, c, script) => {
      const expected = firings(right(a, b, c), script)
      expect(firings(left(a, b, c), script)).toEqual(expected)
      if (expected.length > 1) fired++
    }),
    { numRuns: 300 * RUNS },
  )
  expect(fired).toBeGreaterThan(0)
})

test('P19: never before and after the end is the plain end of window', () => {
  let fired = 0
  fc.assert(
    fc.property(merging, (script) => {
      const expected = firings(END, script)
      // The one with a late trigger never finishes; it has no further firing all the same.
      expect(times(firings({ kind: 'afterWatermark', early: NEVER, late: NEVER }, script))).toEqual(times(expected))
      if (expected.length > 0) fired++
    }),
    { numRuns: 300 * RUNS },
  )
  expect(fired).toBeGreaterThan(0)
})

test('P19: orFinally of triggers that fire once is afterFirst', () => {
  let fired = 0
  fc.assert(
    fc.property(once, once, aligned, (a, b, script) => {
      const expected = firings(afterFirst(a, b), script)
      expect(firings(orFinally(a, b), script)).toEqual(expected)
      if (expected.length > 0) fired++
    }),
    { numRuns: 300 * RUNS },
  )
  expect(fired).toBeGreaterThan(0)
})

test.each(TRIGGER_RULES.map(({ name, check }) => [name, check] as const))('P19: %s', (_name, check) => {
  let reached = 0
  fc.assert(
    fc.property(deep, merging, (spec, script) => check(triggerOf(spec), script, () => reached++)),
    { numRuns: 300 * RUNS },
  )
  expect(reached).toBeGreaterThan(20)
})

const flat = triggerSpecs({ unsafe: true, maxDepth: 1 })
/** Triggers that take turns, which is what merges rewind. */
const turns = fc.oneof(
  fc.array(flat, { minLength: 2, maxLength: 3 }).map((triggers) => afterEach(...triggers)),
  fc.tuple(flat, flat).map(([a, b]) => afterEach(END, a, b)),
  fc.record({ kind: fc.constant('afterWatermark' as const), early: flat, late: flat }),
)

test.each([
  ['any triggers in aligned windows', deep, aligned],
  ['any triggers in merging windows', deep, merging],
  ['triggers that take turns in merging windows', turns, merging],
])('P19: firings of %s are those that the whole past gives', (_case, specs, scripts) => {
  const seen = { firings: 0, finished: 0, late: 0, atClock: 0, afterMerge: 0 }
  fc.assert(
    fc.property(specs, scripts, (spec, script) => {
      const fired = firings(spec, script)
      expect(fired).toEqual(runNaively(spec, script))
      seen.firings += fired.length
      for (const { step, finished, cell, watermark } of fired) {
        const kind = script.steps[step]?.kind
        if (finished) seen.finished++
        if (kind === 'clock') seen.atClock++
        if (kind === 'merge') seen.afterMerge++
        if (kind === 'element' && watermark >= (script.windows[cell]?.end ?? Number.POSITIVE_INFINITY)) seen.late++
      }
    }),
    { numRuns: 400 * RUNS },
  )
  if (scripts === aligned) expect(seen.afterMerge).toBe(0)
  else expect(seen.afterMerge).toBeGreaterThan(0)
  expect(Math.min(seen.firings, seen.finished, seen.late, seen.atClock)).toBeGreaterThan(0)
})

test('P19: the continuation of a continuation fires as the continuation', () => {
  fc.assert(
    fc.property(any, merging, (spec, script) => {
      const continued = triggerOf(spec).continuation()
      expect(runTrigger(continued.continuation(), script)).toEqual(runTrigger(continued, script))
    }),
    { numRuns: 300 * RUNS },
  )
})

test('P19: the continuation of a trigger that cannot finish cannot finish, and has no new cause', () => {
  let safe = 0
  fc.assert(
    fc.property(deep, fc.constantFrom(0, 4), (spec, allowedLateness) => {
      const trigger = triggerOf(spec)
      const continued = trigger.continuation()
      expect(continued.causes.filter((cause) => !trigger.causes.includes(cause))).toEqual([])
      if (trigger.mayFinish(allowedLateness)) return
      expect(continued.mayFinish(allowedLateness)).toBe(false)
      safe++
    }),
    { numRuns: 300 * RUNS },
  )
  expect(safe).toBeGreaterThan(20)
})

test('P19: a trigger made from a spec has that spec, and generated safe triggers are safe', () => {
  fc.assert(
    fc.property(fc.constantFrom(0, 4), fc.nat(), (allowedLateness, seed) => {
      const [spec] = fc.sample(triggerSpecs({ allowedLateness }), { numRuns: 1, seed })
      if (spec === undefined) throw new Error('no sample')
      const trigger = triggerOf(spec)
      // A spec is data, so it is also a value of canonical JSON.
      expect(canonicalJson(trigger.spec as never)).toBe(canonicalJson(spec as never))
      expect(trigger.mayFinish(allowedLateness)).toBe(false)
    }),
    { numRuns: 200 * RUNS },
  )
})
