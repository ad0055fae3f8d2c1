import { expect, test } from 'vitest'
import type { NodeCapture } from '../../src/core/checkpoint.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import type { SequenceWindowFn } from '../../src/core/window.ts'
import { type BarrierCapture, type StepRun, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { blockKey } from '../../src/state/blockEntries.ts'
import { countWindow } from '../../src/windows/countWindow.ts'
import { punctuation } from '../../src/windows/punctuation.ts'
import { el, type Letter, PANES, sequencePlan, showPane, wm } from './runSequence.ts'

const KEYS = 100
const started = (windowFn: SequenceWindowFn<Letter>, resume?: BarrierCapture): StepRun =>
  startStepRun(sequencePlan(windowFn), { startAt: 0 }, { ...(resume && { resume }) })
const pairs = (resume?: BarrierCapture): StepRun => started(countWindow(2), resume)
const key = (number: number): string => `k${String(number).padStart(2, '0')}`
const everyKey = (letter: string, timestamp: number): LogStep[] =>
  Array.from({ length: KEYS }, (_, number) => el(key(number), letter, timestamp))
const captureOf = (run: StepRun): NodeCapture => run.barrier().nodes.get(PANES) as NodeCapture
const blocksIn = (run: StepRun): Uint8Array[] => [...captureOf(run).entries].map((entry) => entry.key)
const panesOf = (run: StepRun): string[] => (run.log().rows[PANES] ?? []).map(showPane)

test('only the blocks of keys whose elements came or took their places are captured after the first time', () => {
  const run = pairs()
  run.apply(...everyKey('a', 0))
  const first = captureOf(run)
  expect([first.isWhole, [...first.entries].length]).toEqual([true, 4])
  expect(blocksIn(run)).toEqual([])
  run.apply(el(key(40), 'b', 7))
  expect(blocksIn(run)).toEqual([blockKey(0, 1)])
  // The elements at 0 take their places.
  run.apply(wm(1))
  expect(blocksIn(run).length).toBe(4)
  run.apply(wm(8))
  expect(blocksIn(run)).toEqual([blockKey(0, 1)])
  expect(panesOf(run)).toEqual(['k40 ab [0, 8)'])
})

test.each(['cut by a marker of another key', 'ended by their bound'])(
  'windows that are %s change their keys',
  (how) => {
    const isStar = ({ letter }: Letter): boolean => letter === '*'
    const windows = punctuation(isStar, how.startsWith('cut') ? { scope: 'all' } : { atMost: 5 })
    const run = started(windows)
    run.apply(...everyKey('a', 0), el(key(99), '*', 6), wm(1))
    captureOf(run)
    run.apply(wm(7))
    const captured = run.barrier()
    expect([...(captured.nodes.get(PANES)?.entries ?? [])].length).toBe(4)
  },
)

test('a capture that is read after later changes gives what was there at its barrier', () => {
  const run = pairs()
  run.apply(...everyKey('a', 0), wm(1), el(key(7), 'b', 3))
  const captured = run.barrier()
  run.apply(el(key(7), 'x', 2), el(key(8), 'x', 4), wm(9))
  const resumed = pairs(captured)
  resumed.apply(el(key(8), 'c', 4), wm(9))
  expect(panesOf(resumed)).toEqual(['k07 ab [0, 4)', 'k08 ac [0, 5)'])
})

test('a run that goes on captures only what changes afterwards', () => {
  const run = pairs()
  run.apply(...everyKey('a', 0))
  const resumed = pairs(run.barrier())
  resumed.apply(el(key(70), 'b', 3))
  const capture = captureOf(resumed)
  expect([capture.isWhole, [...capture.entries].map((entry) => entry.key)]).toEqual([false, [blockKey(0, 2)]])
})

test('what an earlier version captured whole is taken over, and then captured in pieces', () => {
  const run = pairs()
  run.apply(...everyKey('a', 0), wm(1), el(key(7), 'b', 3))
  const { now, ordinal, nodes } = run.snapshot()
  const heads = Object.entries(nodes).map(([path, head]) => [path, { head, isWhole: true, entries: [] }] as const)
  const resumed = pairs({ now, ordinal, nodes: new Map(heads) })
  const capture = captureOf(resumed)
  expect([capture.isWhole, [...capture.entries].length]).toEqual([true, 4])
  resumed.apply(wm(9))
  expect(panesOf(resumed)).toEqual(['k07 ab [0, 4)'])
})
