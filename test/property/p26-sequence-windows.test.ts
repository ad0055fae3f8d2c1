/**
 * P26, count and punctuation windows: any arrival order within the watermark bound gives the same windows; the windows of
 * a key, one after another, give back its ordered sequence. The model sorts what was not dropped and cuts the whole of
 * it: counts by slicing, punctuation by walking over elements and other keys' markers. It knows no state and no buffer.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { valueCoder } from '../../src/core/coders/valueCoder.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { type LocalRunLog, runStepLog, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { DROPPED, END, PANES, sequencePlan, showDropped, showPane } from '../kernel/runSequence.ts'
import { modelOf, orderedSequence } from './support/sequenceModel.ts'
import {
  type Arrival,
  type Rule,
  rules,
  scenes,
  scripts,
  shuffleBetweenMoves,
  windowsOf,
} from './support/sequenceScripts.ts'

const RUNS = Number(process.env.TIDEMARK_RUNS ?? 1)

test('P26: windows are the cuts of each key’s ordered sequence', () => {
  const reached = {
    late: 0,
    lastMoment: 0,
    ties: 0,
    foreign: 0,
    bound: 0,
    tail: 0,
    partial: 0,
    hole: 0,
    overlap: 0,
    markers: 0,
  }
  fc.assert(
    fc.property(scenes, ({ rule, script }) => {
      const log = run(rule, [...script.steps, END])
      const model = modelOf(rule, script)
      for (const [key, expected] of model.windows) {
        expect(panesOf(log, key), key).toEqual(expected)
        expect(ordinalsOf(log, key)).toEqual(expected.map((_, ordinal) => ordinal))
      }
      expect(log.rows[PANES] ?? []).toHaveLength([...model.windows.values()].flat().length)
      expect((log.rows[DROPPED] ?? []).map(showDropped).sort()).toEqual(model.dropped.sort())
      expect(log.groups[0]).toMatchObject({
        assigned: script.arrivals.length,
        separators: model.separators,
        buffered: 0,
      })
      ensureInEventTime(log)

      const all = [...model.windows.values()].flat()
      if (model.dropped.some((text) => text.endsWith('order'))) reached.late++
      if (model.dropped.some((text) => text.endsWith('partial'))) reached.partial++
      if (model.dropped.some((text) => text.endsWith('noWindow'))) reached.hole++
      if (script.arrivals.some(({ timestamp, watermark }) => timestamp + rule.wait === watermark)) reached.lastMoment++
      if (hasTies(script.arrivals)) reached.ties++
      if (all.some((text) => text.endsWith('bound'))) reached.bound++
      if (all.some((text) => text.endsWith('end'))) reached.tail++
      if (model.foreignCuts > 0) reached.foreign++
      if (rule.kind === 'punctuation' && rule.scope === 'all' && hasMarkersTogether(script.arrivals)) reached.markers++
      if (rule.kind === 'count' && rule.every < rule.size && all.length > 1) reached.overlap++
    }),
    { numRuns: 500 * RUNS },
  )
  expect(Object.entries(reached).filter(([, count]) => count === 0)).toEqual([])
})

test('P26: the order of arrival between two moves of the watermark changes no window of any key', () => {
  let changed = 0
  fc.assert(
    fc.property(scenes, fc.infiniteStream(fc.nat()), ({ rule, script }, picks) => {
      const shuffled = shuffleBetweenMoves(script.steps, picks)
      if (JSON.stringify(shuffled) !== JSON.stringify(script.steps)) changed++
      const [one, other] = [run(rule, [...script.steps, END]), run(rule, [...shuffled, END])]
      for (const key of ['A', 'B', 'C']) expect(panesOf(other, key)).toEqual(panesOf(one, key))
      expect(other.groups).toEqual(one.groups)
      expect(other.watermarks[PANES]?.map(({ watermark }) => watermark)).toEqual(
        one.watermarks[PANES]?.map(({ watermark }) => watermark),
      )
    }),
    { numRuns: 200 * RUNS },
  )
  expect(changed).toBeGreaterThan(0)
})

test('P26: windows side by side, one after another, are the ordered sequence', () => {
  let several = 0
  const sideBySide = rules.filter((rule) => rule.kind === 'punctuation' || rule.size === rule.every)
  fc.assert(
    fc.property(
      sideBySide.chain((rule) => scripts(rule.wait).map((script) => ({ rule, script }))),
      ({ rule, script }) => {
        const log = run(rule, [...script.steps, END])
        const inNone = (log.rows[DROPPED] ?? []).map(showDropped).filter((text) => text.endsWith('partial'))
        for (const key of ['A', 'B', 'C']) {
          const sequence = orderedSequence(rule, script.arrivals, key).map(({ letter }) => letter)
          const kept = isSeparating(rule) ? sequence.filter((letter) => letter !== '*') : sequence
          const tail = inNone.filter((text) => text.startsWith(key)).map((text) => text[2])
          const windows = (log.rows[PANES] ?? []).filter((row) => row.key === key).map(({ value }) => String(value))
          expect([...windows.join(''), ...tail]).toEqual(kept)
          if (windows.length > 2) several++
        }
      },
    ),
    { numRuns: 200 * RUNS },
  )
  expect(several).toBeGreaterThan(0)
})

test('P26: a run that is saved and restored after any step goes on as if nothing had happened', () => {
  const reached = { waiting: 0, open: 0 }
  const orders = fc.constantFrom('event-time' as const, 'arrival' as const)
  fc.assert(
    fc.property(scenes, orders, fc.nat(), ({ rule, script }, order, pick) => {
      const windowFn = windowsOf(order === 'arrival' ? { ...rule, wait: 0 } : rule, order)
      const steps = [...script.steps, END]
      const at = pick % steps.length
      const whole = runStepLog(sequencePlan(windowFn), { startAt: 0, steps })
      const before = startStepRun(sequencePlan(windowFn), { startAt: 0 })
      for (const step of steps.slice(0, at)) before.apply(step)
      // What a store would keep: bytes.
      const saved = valueCoder.encode(before.snapshot())
      const first = before.log()
      const { buffered = 0, openWindows = 0 } = first.groups[0] ?? {}
      // Decoding answers what was encoded: a snapshot of the same plan.
      const restore = valueCoder.decode(saved) as ReturnType<typeof before.snapshot>
      const after = startStepRun(sequencePlan(windowFn), { startAt: 0 }, { restore })
      for (const step of steps.slice(at)) after.apply(step)
      for (const port of [PANES, DROPPED]) {
        expect([...(first.rows[port] ?? []), ...(after.log().rows[port] ?? [])]).toEqual(whole.rows[port] ?? [])
      }
      expect(after.log().groups).toEqual(whole.groups)
      if (buffered > 0 && openWindows === 0) reached.waiting++
      if (openWindows > 0) reached.open++
    }),
    { numRuns: 200 * RUNS },
  )
  expect(Object.entries(reached).filter(([, count]) => count === 0)).toEqual([])
})

function run(rule: Rule, steps: readonly LogStep[]): LocalRunLog {
  return runStepLog(sequencePlan(windowsOf(rule)), { startAt: 0, steps })
}

function panesOf(log: LocalRunLog, key: string): string[] {
  return (log.rows[PANES] ?? []).filter((row) => row.key === key).map(showPane)
}

function ordinalsOf(log: LocalRunLog, key: string): (number | undefined)[] {
  return (log.rows[PANES] ?? []).filter((row) => row.key === key).map(({ window }) => window?.ordinal)
}

/** Stamps never fall, and none is behind the watermark that left before it (P5). */
function ensureInEventTime(log: LocalRunLog): void {
  const stamps = (log.rows[PANES] ?? []).map(({ timestamp }) => timestamp)
  expect(stamps).toEqual([...stamps].sort((a, b) => a - b))
  for (const { afterRows, watermark } of log.watermarks[PANES] ?? []) {
    expect(stamps.slice(afterRows).filter((stamp) => stamp < watermark)).toEqual([])
  }
}

function isSeparating(rule: Rule): boolean {
  return rule.kind === 'punctuation' && rule.marker === 'separates'
}

function hasTies(arrivals: readonly Arrival[]): boolean {
  const places = arrivals.map(({ key, timestamp }) => `${key}${timestamp}`)
  return new Set(places).size < places.length
}

/** Two keys have markers at one timestamp. */
function hasMarkersTogether(arrivals: readonly Arrival[]): boolean {
  const markers = arrivals.filter(({ letter }) => letter === '*')
  return markers.some((a) => markers.some((b) => a.timestamp === b.timestamp && a.key !== b.key))
}
