import { describe, expect, test } from 'vitest'
import type { CheckpointDraft, CheckpointInfo, NodeCapture } from '../../src/core/checkpoint.ts'
import { keyCoder } from '../../src/core/coders/keyCoder.ts'
import { nodeFingerprint, planFingerprint } from '../../src/core/planFingerprint.ts'
import {
  combinePerKey,
  fromIterable,
  keyBy,
  map,
  max,
  monotonous,
  type Pipeline,
  pipeline,
  sum,
  toArray,
  tumbling,
  windowInto,
  write,
} from '../../src/index.ts'
import { openCheckpointLog } from '../../src/state/checkpointLog.ts'
import { ColumnPacker } from '../../src/state/columnPacker.ts'
import { compat } from '../../src/state/compat.ts'
import { diffCheckpoints } from '../../src/state/diffCheckpoints.ts'
import { inspectAt } from '../../src/state/inspectAt.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'
import { draft, headerOf } from './support/drafts.ts'

/** A stateful step names its entries by window and key; a grouping keeps its tables in its head. */
function captures(alerts: Readonly<Record<string, unknown>>, sums: unknown, head: unknown): CheckpointDraft {
  const entries = Object.entries(alerts).map(([key, value]) => ({ key: keyCoder.encode([0, 10, key]), value }))
  const tables = [{ window: { start: 0, end: 10 }, slots: [{ key: 'ada', accumulator: sums }] }]
  return draft({
    alerts: { head, isWhole: false, entries },
    sums: { head: { watermark: 3, tables }, isWhole: true, entries: [] },
  })
}

async function filled() {
  const store = memoryStore()
  const log = await openCheckpointLog(await store.open())
  await log.save(captures({ ada: { cells: [1] }, bob: { cells: [2] } }, 5, null))
  await log.save(captures({ ada: { cells: [3] }, bob: undefined }, 5, null))
  return store
}

describe('inspectAt', () => {
  test('gives what each step keeps of a key, as of any checkpoint, beside a run', async () => {
    const store = await filled()
    const window = { start: 0, end: 10 }
    const latest = await inspectAt(store, { key: 'ada' })
    expect(latest.checkpoint.id).toBe(2)
    expect(latest.steps.map(({ step, entries }) => ({ step, entries }))).toEqual([
      { step: 'alerts', entries: [{ key: 'ada', window, value: { cells: [3] } }] },
      { step: 'sums', entries: [{ key: 'ada', window, value: { key: 'ada', accumulator: 5 } }] },
    ])
    const earlier = await inspectAt(store, { checkpoint: 1, step: 'alerts' })
    expect(earlier.steps.map(({ entries }) => entries)).toEqual([
      [
        { key: 'ada', window, value: { cells: [1] } },
        { key: 'bob', window, value: { cells: [2] } },
      ],
    ])
  })

  test('finds keys in the blocks of slots that groupings save, with the window of their table', async () => {
    const store = memoryStore()
    const log = await openCheckpointLog(await store.open())
    const head = { tables: { tables: [{ id: 3, window: { start: 10, end: 20 } }] } }
    const value = { keys: ['ada', 'bob'], accumulators: [1, 2] }
    const entries = [{ key: Uint8Array.of(0, 0, 0, 0, 0, 3, 0, 0, 0, 0), value }]
    await log.save(draft({ sums: { head, isWhole: true, entries } }))
    const { steps } = await inspectAt(store, { key: 'bob' })
    expect(steps[0]?.entries).toEqual([
      { key: 'bob', window: { start: 10, end: 20 }, value: { key: 'bob', accumulator: 2 } },
    ])
  })

  test('shows packed blocks as an object for each slot', async () => {
    const store = memoryStore()
    const log = await openCheckpointLog(await store.open())
    const head = { tables: { tables: [{ id: 3, window: { start: 10, end: 20 } }] } }
    const columns = { keys: ['ada', 'bob'], accumulators: { views: [1, 2], time: { high: [3, 4], low: [0, 0] } } }
    const value = new ColumnPacker().pack(columns, 2)
    await log.save(
      draft({ sums: { head, isWhole: true, entries: [{ key: Uint8Array.of(0, 0, 0, 0, 0, 3, 0, 0, 0, 0), value }] } }),
    )
    const { steps } = await inspectAt(store, { key: 'bob' })
    const accumulator = { views: 2, time: { high: 4, low: 0 } }
    expect(steps[0]?.entries).toEqual([
      { key: 'bob', window: { start: 10, end: 20 }, value: { key: 'bob', accumulator } },
    ])
  })

  test('names the steps that there are, and the checkpoints', async () => {
    const store = await filled()
    await expect(inspectAt(store, { step: 'clicks' })).rejects.toThrow(
      '[INVALID_ARGUMENT] checkpoint 2 has no state of a step "clicks". Steps with state: alerts, sums.',
    )
    await expect(inspectAt(store, { checkpoint: 9 })).rejects.toThrow('the store holds no checkpoint 9. It holds 1, 2.')
    await expect(inspectAt(memoryStore())).rejects.toThrow('the store holds no checkpoint. Save one first.')
  })

  test('shows keys of a shape of their own as they are', async () => {
    const store = memoryStore()
    const log = await openCheckpointLog(await store.open())
    const node: NodeCapture = {
      head: undefined,
      isWhole: true,
      entries: [
        { key: keyCoder.encode(['a', 'b', 'c']), value: 1 },
        { key: Uint8Array.of(255), value: 2 },
      ],
    }
    await log.save(draft({ odd: node }))
    const { steps } = await inspectAt(store)
    expect(steps[0]?.entries).toEqual([
      { key: Uint8Array.of(255), window: undefined, value: 2 },
      { key: ['a', 'b', 'c'], window: undefined, value: 1 },
    ])
  })
})

describe('diffCheckpoints', () => {
  test('gives what changed of each key, and nothing of what did not', async () => {
    const window = { start: 0, end: 10 }
    expect(await diffCheckpoints(await filled(), 1, 2)).toEqual([
      {
        step: 'alerts',
        change: 'changed',
        entries: [
          { key: 'ada', window, before: { cells: [1] }, after: { cells: [3] } },
          { key: 'bob', window, before: { cells: [2] }, after: undefined },
        ],
      },
    ])
    expect(await diffCheckpoints(await filled(), 2, 2)).toEqual([])
  })

  test('names steps that come and go, and those of which only the head changed', async () => {
    const store = memoryStore()
    const log = await openCheckpointLog(await store.open())
    const head = (value: unknown): NodeCapture => ({ head: value, isWhole: true, entries: [] })
    await log.save(draft({ a: head(1), b: head(1) }))
    await log.save(draft({ b: head(2), c: head(1) }))
    expect(await diffCheckpoints(store, 1, 2)).toEqual([
      { step: 'a', change: 'removed', entries: [] },
      { step: 'b', change: 'changed', entries: [] },
      { step: 'c', change: 'added', entries: [] },
    ])
  })
})

describe('compat', () => {
  const planOf = (length: number, steps: (p: Pipeline) => void = () => {}) => {
    const p = pipeline('jobs')
    const read = p.read(fromIterable([1]), { name: 'numbers', timestamp: (n) => n, watermark: monotonous() })
    const keyed = read.pipe(
      map((n: number) => n, { name: 'same' }),
      keyBy(() => 'k', { name: 'keys' }),
    )
    keyed
      .pipe(windowInto(tumbling(length), { name: 'windows' }), combinePerKey(sum(), { name: 'sums' }))
      .pipe(write(toArray<number>([]), { name: 'out' }))
    steps(p)
    return p.plan()
  }
  const infoOf = (plan: ReturnType<typeof planOf>, more: Partial<CheckpointInfo['steps']> = {}): CheckpointInfo => ({
    id: 1,
    name: undefined,
    header: {
      ...headerOf(),
      plan: {
        fingerprint: planFingerprint(plan),
        nodes: Object.fromEntries(plan.nodes.map(({ path }) => [path, nodeFingerprint(plan, path)])),
      },
      positions: { numbers: {} },
    },
    steps: { sums: 10, ...(more as Record<string, number>) },
  })
  const fates = (plan: ReturnType<typeof planOf>, info: CheckpointInfo) =>
    Object.fromEntries(compat(plan, info).map(({ step, fate }) => [step, fate]))

  test('keeps what is as it was', () => {
    expect(fates(planOf(10), infoOf(planOf(10)))).toEqual({ numbers: 'kept', sums: 'kept', out: 'kept' })
  })

  test('refuses a step that has changed, naming what to do, and adds what is new', () => {
    const found = compat(
      planOf(20, (p) => {
        const more = p.read(fromIterable([1]), { name: 'more', timestamp: (n) => n, watermark: monotonous() })
        more.pipe(
          keyBy(() => 'k'),
          windowInto(tumbling(5)),
          combinePerKey(max(), { name: 'highest' }),
        )
      }),
      infoOf(planOf(10)),
    )
    expect(found.map(({ step, fate }) => [step, fate])).toEqual([
      ['numbers', 'kept'],
      ['sums', 'refused'],
      ['out', 'added'],
      ['more', 'added'],
      ['highest', 'added'],
    ])
    expect(found[1]).toEqual({
      step: 'sums',
      fate: 'refused',
      reason: 'What its group is made of, its windows or its coders have changed.',
      remedy: 'Run the plan that took the checkpoint, or give the changed step a new name, with which it starts empty.',
      parts: [],
    })
  })

  test('says whose state is lost', () => {
    const found = compat(planOf(10), infoOf(planOf(10), { averages: 7 }))
    expect(found.at(-1)).toMatchObject({ step: 'averages', fate: 'lost', reason: 'The plan has no such step.' })
  })
})
