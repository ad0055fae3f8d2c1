import { expect, test } from 'vitest'
import type { NodeCapture, StateEntry } from '../../src/core/checkpoint.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { type BarrierCapture, type StepRun, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { unpackColumns } from '../../src/state/unpackColumns.ts'
import { aggregate } from '../../src/transforms/aggregate.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.ts'
import { afterWatermark } from '../../src/triggers/afterWatermark.ts'
import { tumbling } from '../../src/windows/tumbling.ts'

interface Amount {
  readonly key: number
  readonly amount: number
}

const KEYS = 300

/** Sums per key and 10 ms, of 300 keys, with an early pane 5 ms after the first element where that is asked for. */
function sums(resume?: BarrierCapture, isEarly = false): StepRun {
  const p = pipeline('sums')
  p.read(fromIterable<Amount>([]), { name: 'in', timestamp: () => 0 }).pipe(
    keyBy(({ key }) => key),
    windowInto(tumbling(10), {
      panes: 'accumulating',
      ...(isEarly && { trigger: afterWatermark({ early: afterProcessingTime(5) }) }),
    }),
    aggregate({ sum: sum(({ amount }) => amount) }, { name: 'sums' }),
  )
  return startStepRun(p.plan(), { startAt: 0 }, { ...(resume && { resume }) })
}

const element = (key: number, amount: number, timestamp = 0): LogStep => ({
  kind: 'element',
  value: { key, amount },
  timestamp,
})
const everyKey = (timestamp = 0): LogStep[] => Array.from({ length: KEYS }, (_, key) => element(key, 1, timestamp))
const captureOf = (run: StepRun): NodeCapture => run.barrier().nodes.get('sums') as NodeCapture

test('after a first whole capture only the blocks of keys that changed are captured', () => {
  const run = sums()
  run.apply(...everyKey())
  const first = captureOf(run)
  expect([first.isWhole, [...first.entries].length]).toEqual([true, 10])
  run.apply(element(200, 5), element(201, 5))
  const second = captureOf(run)
  expect([second.isWhole, [...second.entries].length]).toEqual([false, 1])
  expect([...captureOf(run).entries]).toEqual([])
})

test('a window that closes takes its entries with it', () => {
  const run = sums()
  run.apply(...everyKey())
  const keys = [...captureOf(run).entries].map(({ key }) => key)
  run.apply({ kind: 'watermark', to: 10 })
  expect([...captureOf(run).entries]).toEqual(keys.map((key) => ({ key, value: undefined })))
})

test('a pane that leaves by itself changes its block', () => {
  const run = sums(undefined, true)
  run.apply(...everyKey())
  captureOf(run)
  run.apply({ kind: 'clock', to: 5 })
  expect(run.log().rows.sums?.length).toBe(KEYS)
  expect([...captureOf(run).entries].length).toBe(10)
})

test('a capture that is read after later changes gives what was there at its barrier', () => {
  const run = sums()
  run.apply(...everyKey(), element(7, 1))
  const captured = run.barrier()
  run.apply(element(7, 100), element(KEYS, 100), element(299, 100), { kind: 'watermark', to: 10 })
  const nodes = new Map([...captured.nodes].map(([path, { head, entries }]) => [path, { head, entries: [...entries] }]))
  const resumed = sums({ ...captured, nodes: nodes as never })
  resumed.apply({ kind: 'watermark', to: 10 })
  const rows = resumed.log().rows.sums ?? []
  expect(rows.map(({ key, value }) => [key, (value as { sum: number }).sum])).toEqual(
    Array.from({ length: KEYS }, (_, key) => [key, key === 7 ? 2 : 1]),
  )
})

test('a resumed grouping captures only what changes afterwards', () => {
  const run = sums()
  run.apply(...everyKey())
  const captured = run.barrier()
  const entries: StateEntry[] = [...(captured.nodes.get('sums')?.entries ?? [])]
  const nodes = new Map([...captured.nodes].map(([path, { head }]) => [path, { head, entries }]))
  const resumed = sums({ ...captured, nodes: nodes as never })
  resumed.apply(element(0, 1))
  const capture = captureOf(resumed)
  expect([capture.isWhole, [...capture.entries].map(({ key }) => key)]).toEqual([false, [entries[0]?.key]])
})

test('blocks of the first format, which are values, are taken over', () => {
  const run = sums()
  run.apply(...everyKey(), element(7, 1))
  const captured = run.barrier()
  const { head, entries } = captured.nodes.get('sums') as NodeCapture
  const sumOf = (sum: number) => [
    { high: sum, low: 0, rest: { mantissa: 0n, exponent: 0 }, nans: 0, infinities: 0, negativeInfinities: 0 },
  ]
  const asValues = [...entries].map(({ key, value }) => {
    const keys = unpackColumns(value as Uint8Array).columns.keys as readonly number[]
    return { key, value: { keys, accumulators: keys.map((each) => sumOf(each === 7 ? 2 : 1)) } }
  })
  const resumed = sums({
    ...captured,
    nodes: new Map([...captured.nodes, ['sums', { head, isWhole: true, entries: asValues }]]),
  })
  resumed.apply(element(8, 1), { kind: 'watermark', to: 10 })
  const rows = resumed.log().rows.sums ?? []
  expect(rows.map(({ key, value }) => [key, (value as { sum: number }).sum])).toEqual(
    Array.from({ length: KEYS }, (_, key) => [key, key === 7 || key === 8 ? 2 : 1]),
  )
})

test('a capture that begins before the last one was read leaves that whole', () => {
  const run = sums()
  run.apply(...everyKey())
  const first = captureOf(run)
  const begun = first.entries[Symbol.iterator]()
  const before = [begun.next().value as StateEntry]
  run.apply(element(0, 5), element(100, 5))
  const second = captureOf(run)
  run.apply(element(100, 5), element(200, 5))
  for (let next = begun.next(); !next.done; next = begun.next()) before.push(next.value)
  expect(sumsIn(before)).toEqual(new Map(Array.from({ length: KEYS }, (_, key) => [key, 1])))
  const after = sumsIn([...second.entries])
  expect([after.size, after.get(0), after.get(100), after.get(101)]).toEqual([64, 6, 6, 1])
})

/** The sums in packed blocks, by key. */
function sumsIn(entries: readonly StateEntry[]): Map<number, number> {
  return new Map(
    entries.flatMap(({ value }) => {
      const { keys, accumulators } = unpackColumns(value as Uint8Array).columns
      const { high } = (accumulators as { sum: { high: readonly number[] } }).sum
      return (keys as readonly number[]).map((key, at): [number, number] => [key, high[at] as number])
    }),
  )
}
