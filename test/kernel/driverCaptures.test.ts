import { describe, expect, test } from 'vitest'
import type { NodeCapture, StateEntry } from '../../src/core/checkpoint.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { fromIterable } from '../../src/io/fromIterable.ts'
import { type BarrierCapture, type StepRun, startStepRun } from '../../src/runners/local/runStepLog.ts'
import { blockKey } from '../../src/state/blockEntries.ts'
import { combinePerKey } from '../../src/transforms/combinePerKey.ts'
import { sum } from '../../src/transforms/combiners/sum.ts'
import { keyBy } from '../../src/transforms/keyBy.ts'
import { pipeline } from '../../src/transforms/pipeline.ts'
import { windowInto } from '../../src/transforms/windowInto.ts'
import { session } from '../../src/windows/session.ts'
import { sliding } from '../../src/windows/sliding.ts'

interface Amount {
  readonly key: number
  readonly amount: number
}

const KEYS = 100
/** Entries of a block's first capture: slices have one more for what never changes of a key. */
const ENTRIES = { sliding: 2, session: 1 } as const

type Kind = 'sliding' | 'session'

/** Sums per key and window. */
function sums(kind: Kind, resume?: BarrierCapture): StepRun {
  const p = pipeline('sums')
  const keyed = p.read(fromIterable<Amount>([]), { name: 'in', timestamp: () => 0 }).pipe(keyBy(({ key }) => key))
  const total = sum(({ amount }: Amount) => amount)
  if (kind === 'sliding') keyed.pipe(windowInto(sliding(10, 5)), combinePerKey(total, { name: 'sums' }))
  else keyed.pipe(windowInto(session(10)), combinePerKey(total, { name: 'sums' }))
  return startStepRun(p.plan(), { startAt: 0 }, { ...(resume && { resume }) })
}

const element = (key: number, amount: number, timestamp = 0): LogStep => ({
  kind: 'element',
  value: { key, amount },
  timestamp,
})
const everyKey = (timestamp = 0): LogStep[] => Array.from({ length: KEYS }, (_, key) => element(key, 1, timestamp))
const captureOf = (run: StepRun): NodeCapture => run.barrier().nodes.get('sums') as NodeCapture
/** What is written of a run's next capture: how many blocks, and how many of them are gone. */
const written = (run: StepRun): readonly [blocks: number, gone: number] => {
  const entries = [...captureOf(run).entries]
  return [entries.length, entries.filter(({ value }) => value === undefined).length]
}
const rowsOf = (run: StepRun) => (run.log().rows.sums ?? []).map(({ key, value }) => [key, value])

/** A run that goes on from where another is, and the entries of it. */
function goneOn(kind: Kind, run: StepRun): { readonly run: StepRun; readonly entries: StateEntry[] } {
  const captured = run.barrier()
  const all = [...(captured.nodes.get('sums')?.entries ?? [])]
  const entries = all.filter(({ value }) => value !== undefined)
  const nodes = new Map([...captured.nodes].map(([path, node]) => [path, { ...node, entries }]))
  return { run: sums(kind, { ...captured, nodes }), entries }
}

describe.each(['sliding', 'session'] as const)('%s windows', (kind) => {
  test('only the blocks of keys that changed are captured after the first time', () => {
    const run = sums(kind)
    run.apply(...everyKey())
    const first = captureOf(run)
    expect([first.isWhole, [...first.entries].length]).toEqual([true, 4 * ENTRIES[kind]])
    run.apply(element(40, 5), element(41, 5))
    expect(captureOf(run).isWhole).toBe(false)
    run.apply(element(40, 5))
    expect([written(run), written(run)]).toEqual([
      [1, 0],
      [0, 0],
    ])
  })

  test('what is over takes its blocks with it', () => {
    const run = sums(kind)
    run.apply(...everyKey())
    captureOf(run)
    run.apply({ kind: 'watermark', to: 20 })
    expect(written(run)).toEqual([4 * ENTRIES[kind], 4 * ENTRIES[kind]])
  })

  test('a capture that is read after later changes gives what was there at its barrier', () => {
    const run = sums(kind)
    run.apply(...everyKey(), element(7, 1))
    const captured = run.barrier()
    run.apply(element(7, 100), element(KEYS, 100), { kind: 'watermark', to: 20 })
    const resumed = sums(kind, captured)
    resumed.apply({ kind: 'watermark', to: 10 })
    expect(rowsOf(resumed).slice(0, KEYS)).toEqual(Array.from({ length: KEYS }, (_, key) => [key, key === 7 ? 2 : 1]))
  })

  test('a run that goes on captures only what changes afterwards, under the same names', () => {
    const run = sums(kind)
    run.apply(...everyKey())
    const resumed = goneOn(kind, run)
    resumed.run.apply(element(40, 1))
    const capture = captureOf(resumed.run)
    expect([capture.isWhole, [...capture.entries].map(({ key }) => key)]).toEqual([false, [blockKey(0, 1)]])
  })

  test('a checkpoint of the first format, which has all in its head, is taken over and then captured whole', () => {
    const run = sums(kind)
    run.apply(...everyKey(), element(7, 1))
    const { now, ordinal, nodes } = run.snapshot()
    const heads = Object.entries(nodes).map(([path, head]) => [path, { head, isWhole: true, entries: [] }] as const)
    const resumed = sums(kind, { now, ordinal, nodes: new Map(heads) })
    const capture = captureOf(resumed)
    expect([capture.isWhole, [...capture.entries].length]).toEqual([true, 4 * ENTRIES[kind]])
    resumed.apply({ kind: 'watermark', to: 10 })
    expect(rowsOf(resumed).slice(0, KEYS)).toEqual(Array.from({ length: KEYS }, (_, key) => [key, key === 7 ? 2 : 1]))
  })
})

test('keys keep their blocks although those before them are gone', () => {
  const run = sums('session')
  run.apply(...everyKey(), ...everyKey(15).slice(64))
  run.apply({ kind: 'watermark', to: 12 })
  const { run: resumed, entries } = goneOn('session', run)
  expect(entries.length).toBe(2)
  resumed.apply(element(99, 1, 16), element(0, 1, 16))
  const keys = [...captureOf(resumed).entries].map(({ key }) => key[9])
  expect(keys).toEqual([3, 0])
})
