/**
 * P26, count and punctuation windows: any arrival order within the watermark bound gives the same windows; the windows of
 * a key, one after another, give back its ordered sequence. The model sorts what was not dropped and cuts the whole of
 * it: counts by slicing, punctuation by walking over elements and other keys' markers. It knows no state and no buffer.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { valueCoder } from '../../src/core/coders/valueCoder.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../../src/core/time.ts'
import type { SequenceWindowFn } from '../../src/core/window.ts'
import { type LocalRunLog, runStepLog, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { countWindow } from '../../src/windows/countWindow.ts'
import { punctuation } from '../../src/windows/punctuation.ts'
import { DROPPED, END, el, type Letter, PANES, sequencePlan, showDropped, showPane, wm } from '../kernel/runSequence.ts'

const RUNS = Number(process.env.TIDEMARK_RUNS ?? 1)

interface CountRule {
  readonly kind: 'count'
  readonly size: number
  readonly every: number
  readonly partial: 'emit' | 'drop'
  readonly wait: number
}

interface PunctuationRule {
  readonly kind: 'punctuation'
  readonly marker: 'closes' | 'opens' | 'separates'
  readonly scope: 'key' | 'all'
  readonly longest: number | undefined
  readonly most: number | undefined
  readonly wait: number
}

type Rule = CountRule | PunctuationRule

const waits = fc.constantFrom(0, 0, 1, 5)
const counts: fc.Arbitrary<CountRule> = fc.record({
  kind: fc.constant('count' as const),
  size: fc.integer({ min: 1, max: 4 }),
  every: fc.integer({ min: 1, max: 5 }),
  partial: fc.constantFrom('emit', 'drop'),
  wait: waits,
})
const bounds = fc.oneof(
  fc.constant({ longest: undefined, most: undefined }),
  fc.integer({ min: 1, max: 12 }).map((longest) => ({ longest, most: undefined })),
  fc.integer({ min: 1, max: 3 }).map((most) => ({ longest: undefined, most })),
)
const punctuations: fc.Arbitrary<PunctuationRule> = fc
  .record({
    marker: fc.constantFrom('closes' as const, 'opens' as const, 'separates' as const),
    scope: fc.constantFrom('key' as const, 'all' as const),
    bound: bounds,
    wait: waits,
  })
  .map(({ bound, ...rule }) => ({ kind: 'punctuation', ...rule, ...bound }))
const rules: fc.Arbitrary<Rule> = fc.oneof(counts, punctuations)

interface Arrival extends Letter {
  readonly timestamp: Timestamp
  /** The watermark in force. */
  readonly watermark: Timestamp
}

interface Script {
  readonly steps: readonly LogStep[]
  readonly arrivals: readonly Arrival[]
  /** The watermark before the end. */
  readonly lastWatermark: Timestamp
}

/** Elements around a rising watermark: some well before, some at the last moment and one after, some far ahead. */
function scripts(wait: number): fc.Arbitrary<Script> {
  const element = fc.record({
    key: fc.constantFrom('A', 'A', 'B', 'C'),
    letter: fc.constantFrom('a', 'b', 'c', '*'),
    ahead: fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -3, max: 20 })),
  })
  const moves = fc.record({ rise: fc.constantFrom(0, 1, 1, 2, 5, 12), elements: fc.array(element, { maxLength: 4 }) })
  return fc.array(moves, { minLength: 1, maxLength: 8 }).map((all) => {
    const steps: LogStep[] = []
    const arrivals: Arrival[] = []
    let watermark = -10
    for (const { rise, elements } of all) {
      if (rise > 0) {
        watermark += rise
        steps.push(wm(watermark))
      }
      for (const { key, letter, ahead } of elements) {
        const timestamp = Math.max(watermark, -10) - wait + ahead
        steps.push(el(key, letter, timestamp))
        arrivals.push({ key, letter, timestamp, watermark: steps.some(isMove) ? watermark : MIN_TIMESTAMP })
      }
    }
    return { steps, arrivals, lastWatermark: steps.some(isMove) ? watermark : MIN_TIMESTAMP }
  })
}

const isMove = ({ kind }: LogStep): boolean => kind === 'watermark'

const scenes = rules.chain((rule) => scripts(rule.wait).map((script) => ({ rule, script })))

test('P26: windows are the cuts of each key’s ordered sequence', () => {
  const reached = { late: 0, lastMoment: 0, ties: 0, foreign: 0, bound: 0, tail: 0, partial: 0, hole: 0, overlap: 0 }
  fc.assert(
    fc.property(scenes, ({ rule, script }) => {
      const log = run(rule, [...script.steps, END])
      const model = modelOf(rule, script)
      for (const [key, expected] of model.windows) expect(panesOf(log, key), key).toEqual(expected)
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

function windowsOf(rule: Rule, order: 'event-time' | 'arrival' = 'event-time'): SequenceWindowFn<Letter> {
  if (rule.kind === 'count') {
    const { size, every, partial, wait } = rule
    return countWindow<Letter>(size, { every, partial, wait, order })
  }
  const { marker, scope, longest, most, wait } = rule
  const atMost = longest ?? (most === undefined ? undefined : { count: most })
  return punctuation(({ letter }: Letter) => letter === '*', {
    marker,
    scope,
    wait,
    order,
    ...(atMost !== undefined && { atMost }),
  })
}

function panesOf(log: LocalRunLog, key: string): string[] {
  return (log.rows[PANES] ?? []).filter((row) => row.key === key).map(showPane)
}

/** Stamps never fall, and none is behind the watermark that left before it (P5). */
function ensureInEventTime(log: LocalRunLog): void {
  const stamps = (log.rows[PANES] ?? []).map(({ timestamp }) => timestamp)
  expect(stamps).toEqual([...stamps].sort((a, b) => a - b))
  for (const { afterRows, watermark } of log.watermarks[PANES] ?? []) {
    expect(stamps.slice(afterRows).filter((stamp) => stamp < watermark)).toEqual([])
  }
}

// ---- the model

interface Model {
  readonly windows: ReadonlyMap<string, string[]>
  readonly dropped: string[]
  readonly separators: number
  /** How often a key's window ended at the marker of another key. */
  readonly foreignCuts: number
}

function modelOf(rule: Rule, { arrivals, lastWatermark }: Script): Model {
  const late = arrivals.filter((arrival) => !isOnTime(rule, arrival))
  const dropped = late.map(({ key, letter }) => `${key} ${letter} order`)
  const windows = new Map<string, string[]>()
  let separators = 0
  let foreignCuts = 0
  for (const key of ['A', 'B', 'C']) {
    const sequence = orderedSequence(rule, arrivals, key)
    if (rule.kind === 'count') {
      const { texts, inNone } = sliceAll(rule, sequence, lastWatermark)
      windows.set(key, texts)
      dropped.push(...inNone)
      continue
    }
    const markersOfOthers = ['A', 'B', 'C']
      .filter((other) => other !== key && rule.scope === 'all')
      .flatMap((other) => orderedSequence(rule, arrivals, other).filter(({ letter }) => letter === '*'))
      .map(({ timestamp }) => timestamp)
    const walk = walkOver(rule, sequence, markersOfOthers, lastWatermark)
    windows.set(key, walk.texts)
    foreignCuts += walk.foreignCuts
    if (rule.marker === 'separates') separators += sequence.filter(({ letter }) => letter === '*').length
  }
  return { windows, dropped, separators, foreignCuts }
}

function isOnTime({ wait }: Rule, { timestamp, watermark }: Arrival): boolean {
  return timestamp + wait >= watermark
}

/** R111: by timestamp, then as encoded: within a key the letters alone differ. */
function orderedSequence(rule: Rule, arrivals: readonly Arrival[], key: string): Arrival[] {
  return arrivals
    .filter((arrival) => arrival.key === key && isOnTime(rule, arrival))
    .sort((a, b) => a.timestamp - b.timestamp || (a.letter < b.letter ? -1 : a.letter > b.letter ? 1 : 0))
}

/** R112: window j holds the elements j * every to j * every + size - 1. */
function sliceAll(
  { size, every, partial, wait }: CountRule,
  sequence: readonly Arrival[],
  lastWatermark: Timestamp,
): { readonly texts: string[]; readonly inNone: string[] } {
  const texts: string[] = []
  const placed = new Set<Arrival>()
  const show = (window: readonly Arrival[], stamp: Timestamp, by: string): void => {
    texts.push(showWindow(window, stamp, by))
    for (const element of window) placed.add(element)
  }
  let begin = 0
  for (; begin + size <= sequence.length; begin += every) {
    const window = sequence.slice(begin, begin + size)
    show(window, timeOf(window.at(-1)), '')
  }
  const rest = sequence.slice(begin)
  const isTail = rest.some((element) => !placed.has(element))
  if (isTail && partial === 'emit') show(rest, Math.max(timeOf(rest.at(-1)), lastWatermark - wait), ' end')
  const inNone = sequence.filter((element) => !placed.has(element))
  return {
    texts,
    inNone: inNone.map(
      (element) => `${element.key} ${element.letter} ${rest.includes(element) ? 'partial' : 'noWindow'}`,
    ),
  }
}

/** R113: elements and the markers of other keys, in the order of their times. */
function walkOver(
  { marker, longest, most, wait }: PunctuationRule,
  sequence: readonly Arrival[],
  markersOfOthers: readonly Timestamp[],
  lastWatermark: Timestamp,
): { readonly texts: string[]; readonly foreignCuts: number } {
  const beside = marker === 'opens' ? -0.25 : 0.25
  const events = [
    ...sequence.map((element) => ({ at: element.timestamp, element })),
    ...markersOfOthers.map((timestamp) => ({ at: timestamp + beside, element: undefined })),
  ].sort((a, b) => a.at - b.at)
  const texts: string[] = []
  let foreignCuts = 0
  let open: Arrival[] = []
  const end = (stamp: Timestamp, by: string): void => {
    if (open.length > 0) texts.push(showWindow(open, stamp, by))
    open = []
  }
  const endBounded = (now: number): void => {
    const bound = timeOf(open[0]) + (longest ?? Number.POSITIVE_INFINITY)
    if (open.length > 0 && bound - 0.5 <= now) end(bound - 1, ' bound')
  }
  for (const { at, element } of events) {
    endBounded(at)
    if (element === undefined) {
      if (open.length > 0) foreignCuts++
      end(at - beside, '')
      continue
    }
    const isMarker = element.letter === '*'
    if (isMarker && marker !== 'closes') end(at, '')
    if (!(isMarker && marker === 'separates')) open.push(element)
    if (isMarker && marker === 'closes') end(at, '')
    else if (open.length === most) end(at, ' bound')
  }
  if (longest !== undefined) endBounded(Number.POSITIVE_INFINITY)
  else end(Math.max(timeOf(open.at(-1)), lastWatermark - wait), ' end')
  return { texts, foreignCuts }
}

function showWindow(window: readonly Arrival[], stamp: Timestamp, by: string): string {
  return `${window[0]?.key} ${window.map(({ letter }) => letter).join('')} [${timeOf(window[0])}, ${stamp + 1})${by}`
}

function timeOf(element: Arrival | undefined): Timestamp {
  return element?.timestamp ?? Number.NaN
}

function isSeparating(rule: Rule): boolean {
  return rule.kind === 'punctuation' && rule.marker === 'separates'
}

function hasTies(arrivals: readonly Arrival[]): boolean {
  const places = arrivals.map(({ key, timestamp }) => `${key}${timestamp}`)
  return new Set(places).size < places.length
}

/** Elements change places with those between the same two moves of the watermark. */
function shuffleBetweenMoves(steps: readonly LogStep[], picks: Iterator<number>): LogStep[] {
  const shuffled: LogStep[] = []
  const run: LogStep[] = []
  const flush = (): void => {
    while (run.length > 0) shuffled.push(...run.splice(picks.next().value % run.length, 1))
  }
  for (const step of steps) {
    if (!isMove(step)) run.push(step)
    else {
      flush()
      shuffled.push(step)
    }
  }
  flush()
  return shuffled
}
