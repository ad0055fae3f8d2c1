import { expect, test } from 'vitest'
import type { NodeCapture, StateEntry } from '../../src/core/checkpoint.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { type BarrierCapture, type StepRun, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { blockKey, savedBlocks } from '../../src/state/blockEntries.ts'
import { ColumnPacker } from '../../src/state/columnPacker.ts'
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

test('after a first whole capture, with keys beside, only the blocks of keys that changed are captured', () => {
  const run = sums()
  run.apply(...everyKey())
  const first = captureOf(run)
  expect([first.isWhole, [...first.entries].length]).toEqual([true, 20])
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
  const gone = [...captureOf(run).entries]
  expect(gone.every(({ value }) => value === undefined)).toBe(true)
  expect(gone.map(({ key }) => String(key)).sort()).toEqual(keys.map(String).sort())
})

test('keys are captured with the block that they are new in, and not again', () => {
  const run = sums()
  run.apply(...everyKey())
  expect(keysIn(captureOf(run).entries)).toEqual(Array.from({ length: KEYS }, (_, key) => key))
  run.apply(element(KEYS, 1), element(7, 1))
  const second = [...captureOf(run).entries]
  // The twelve slots of the last block that were there before, and the new one.
  expect([second.length, keysIn(second)]).toEqual([3, Array.from({ length: 13 }, (_, at) => 288 + at)])
  run.apply(element(KEYS, 1))
  expect(keysIn(captureOf(run).entries)).toEqual([])
})

test('keys that a capture has still to read are there although their window is gone', () => {
  const run = sums()
  run.apply(...everyKey())
  const { entries } = captureOf(run)
  run.apply({ kind: 'watermark', to: 10 })
  expect([...sumsIn([...entries])].length).toBe(KEYS)
})

test('blocks that an earlier version wrote with their keys are taken over, and get an entry for these when they change', () => {
  const run = sums()
  run.apply(...everyKey())
  const captured = run.barrier()
  const { head, entries } = captured.nodes.get('sums') as NodeCapture
  const packer = new ColumnPacker()
  const joined = [...savedBlocks(entries)].map(({ table, block, saved }) => {
    if (saved === undefined) throw new Error('a block has columns')
    return { key: blockKey(table, block), value: packer.pack(saved.columns, saved.rows) }
  })
  const nodes = new Map([...captured.nodes, ['sums', { head, isWhole: true, entries: joined }]])
  const resumed = sums({ ...captured, nodes })
  resumed.apply(element(40, 1))
  const next = resumed.barrier()
  const changed = [...(next.nodes.get('sums')?.entries ?? [])]
  expect([changed.length, keysIn(changed)]).toEqual([2, Array.from({ length: 32 }, (_, at) => 32 + at)])
  const kept = [...joined.filter((_, block) => block !== 1), ...changed]
  const again = sums({ ...next, nodes: new Map([...next.nodes, ['sums', { head, isWhole: true, entries: kept }]]) })
  again.apply({ kind: 'watermark', to: 10 })
  const rows = again.log().rows.sums ?? []
  expect(rows.map(({ key, value }) => [key, (value as { sum: number }).sum])).toEqual(
    Array.from({ length: KEYS }, (_, key) => [key, key === 40 ? 2 : 1]),
  )
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
  expect([capture.isWhole, [...capture.entries].map(({ key }) => key)]).toEqual([false, [blockKey(0, 0)]])
})

test('blocks of the first format, which are values, are taken over', () => {
  const run = sums()
  run.apply(...everyKey(), element(7, 1))
  const captured = run.barrier()
  const { head, entries } = captured.nodes.get('sums') as NodeCapture
  const sumOf = (sum: number) => [
    { high: sum, low: 0, rest: { mantissa: 0n, exponent: 0 }, nans: 0, infinities: 0, negativeInfinities: 0 },
  ]
  const asValues = [...savedBlocks(entries)].map(({ table, block, saved }) => {
    const keys = saved?.columns.keys as readonly number[]
    return {
      key: blockKey(table, block),
      value: { keys, accumulators: keys.map((each) => sumOf(each === 7 ? 2 : 1)) },
    }
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
  const after = sumsIn([...before.filter(({ key }) => key.length > 10), ...second.entries])
  expect([after.size, after.get(0), after.get(100), after.get(101)]).toEqual([64, 6, 6, 1])
})

/** The sums in packed blocks, by key. */
function sumsIn(entries: readonly StateEntry[]): Map<number, number> {
  const sums = new Map<number, number>()
  for (const { saved } of savedBlocks(entries)) {
    if (saved === undefined || !('accumulators' in saved.columns)) continue
    const { high } = (saved.columns.accumulators as { sum: { high: readonly number[] } }).sum
    for (const [at, key] of (saved.columns.keys as readonly number[]).entries()) sums.set(key, high[at] as number)
  }
  return sums
}

/** The keys that have an entry. */
function keysIn(entries: Iterable<StateEntry>): unknown[] {
  return [...entries].flatMap(({ key, value }) =>
    key.length > 10 ? (unpackColumns(value as Uint8Array).columns.keys as unknown[]) : [],
  )
}
