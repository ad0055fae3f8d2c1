/**
 * A checkpoint log against a naive model, which copies everything with each checkpoint: whatever is saved, dropped, loaded
 * or cut short by a failing store, each checkpoint that is kept holds what the model says, a save that failed is there as a
 * whole or not at all, and nothing is left in the store that no checkpoint needs.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CheckpointDraft, NodeCapture } from '../../src/core/checkpoint.ts'
import { isDataflowError } from '../../src/core/errors.ts'
import { byteText } from '../../src/state/byteText.ts'
import { chunkKey, manifestKey, segmentKey } from '../../src/state/checkpointKeys.ts'
import { type CheckpointLog, openCheckpointLog } from '../../src/state/checkpointLog.ts'
import { segmentsOf } from '../../src/state/checkpointManifest.ts'
import { openCheckpointReader } from '../../src/state/checkpointReader.ts'
import { memoryStore } from '../../src/state/memoryStore.ts'
import { type Cells, changed, contents, draft, whole } from '../state/support/drafts.ts'
import { type Fault, type FaultyConnection, faultyConnection } from '../state/support/faultyConnection.ts'
import { checkLiveLaw, type Reached, reach } from './support/law.ts'

/** What one node is said to have changed. */
interface Change {
  readonly isWhole: boolean
  readonly cells: Cells
  readonly head: number
}

type Deed =
  | {
      readonly kind: 'save'
      readonly nodes: Readonly<Record<string, Change>>
      readonly named: boolean
      readonly fault: Fault | undefined
    }
  | { readonly kind: 'load' | 'drop'; readonly at: number }
  | { readonly kind: 'reopen'; readonly resumes: boolean }

type Nodes = Readonly<Record<string, { readonly head: unknown; readonly cells: Cells }>>

interface Model {
  readonly kept: ReadonlyMap<number, { readonly name: string | undefined; readonly nodes: Nodes }>
  readonly parent: Nodes
  readonly hasLostChanges: boolean
}

const KEEP = 2
const PATHS = ['sums', 'joins']

const cells: fc.Arbitrary<Cells> = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  fc.oneof(
    { weight: 6, arbitrary: fc.nat(9) },
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant('x'.repeat(70_000)) },
  ),
  { maxKeys: 4 },
)
const change = fc.record({ isWhole: fc.nat(7).map((n) => n === 0), cells, head: fc.nat(2) })
const nodes = fc
  .tuple(fc.option(change, { freq: 8, nil: undefined }), fc.option(change, { freq: 3, nil: undefined }))
  .map((changes) =>
    Object.fromEntries(PATHS.flatMap((path, at) => (changes[at] === undefined ? [] : [[path, changes[at]]]))),
  )
const fault = fc.record({ at: fc.integer({ min: 1, max: 5 }), isApplied: fc.boolean(), isLasting: fc.boolean() })
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('save' as const),
      nodes,
      named: fc.nat(4).map((n) => n === 0),
      fault: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fault }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('load' as const, 'drop' as const), at: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const), resumes: fc.boolean() }) },
)

test('a checkpoint log keeps what a log of full copies keeps, through failing stores and restarts', async () => {
  const reached: Reached = {
    saves: 0,
    savepoints: 0,
    drops: 0,
    'loads of an older one': 0,
    reopened: 0,
    'failed and not there': 0,
    'failed and there': 0,
    'changes refused after a failure': 0,
    'merged segments': 0,
    'nodes with three segments': 0,
    'deleted keys': 0,
  }
  const law = fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 24 }), async (deeds) => {
    const store = memoryStore()
    let connection = faultyConnection(await store.open())
    let log = await openCheckpointLog(connection, { keep: KEEP })
    let model: Model = { kept: new Map(), parent: {}, hasLostChanges: false }
    const reopen = async (resumes: boolean): Promise<void> => {
      await connection.close()
      connection = faultyConnection(await store.open())
      log = await openCheckpointLog(connection, { keep: KEEP })
      model = { ...model, parent: {}, hasLostChanges: false }
      if (resumes && log.latest !== undefined) {
        await log.load('latest')
        model = { ...model, parent: Object.values(Object.fromEntries(model.kept)).at(-1)?.nodes ?? {} }
      }
      await expectNoLeftovers(connection)
      reach(reached, 'reopened')
    }
    for (const each of deeds) {
      if (each.kind === 'reopen') {
        await reopen(each.resumes)
      } else if (each.kind === 'save') {
        model = await save(log, connection, model, each, reached)
        if (model.hasLostChanges && each.fault?.isLasting === true) await reopen(true)
      } else {
        const id = [...model.kept.keys()][each.at % Math.max(1, model.kept.size)]
        if (id === undefined) continue
        if (each.kind === 'load') {
          await log.load(id)
          if (id !== Math.max(...model.kept.keys())) reach(reached, 'loads of an older one')
          model = { ...model, parent: model.kept.get(id)?.nodes ?? {}, hasLostChanges: false }
        } else {
          await log.drop(id)
          reach(reached, 'drops')
          model = { ...model, kept: new Map([...model.kept].filter(([other]) => other !== id)) }
        }
      }
      await expectKept(connection, log, model, reached)
    }
  })
  await checkLiveLaw(law, 100, reached)
})

async function save(
  log: CheckpointLog,
  connection: FaultyConnection,
  model: Model,
  { nodes, named, fault }: Extract<Deed, { kind: 'save' }>,
  reached: Reached,
): Promise<Model> {
  const id = Math.max(0, ...log.list().map((info) => info.id)) + 1
  const name = named ? `point ${id}` : undefined
  if (fault !== undefined) connection.arm(fault)
  const saved = await log.save(draftOf(nodes), name === undefined ? {} : { name }).catch((error: unknown) => error)
  connection.disarm()
  const after: Nodes = Object.fromEntries(
    Object.entries(nodes).map(([path, each]) => [path, applied(model.parent[path]?.cells, each)]),
  )
  const isRefused = model.hasLostChanges && Object.values(nodes).some((each) => !each.isWhole)
  if (isRefused) {
    expect(String(saved)).toContain('[STORE_FAILED] an earlier checkpoint could not be saved')
    reach(reached, 'changes refused after a failure')
    return model
  }
  if (!isDataflowError(saved)) {
    const { id: newId } = saved as { id: number }
    reach(reached, named ? 'savepoints' : 'saves')
    return { kept: withCheckpoint(model, newId, name, after), parent: after, hasLostChanges: false }
  }
  const ids = await storedIds(connection)
  const newest = ids.at(-1)
  const isThere = newest !== undefined && !model.kept.has(newest)
  reach(reached, isThere ? 'failed and there' : 'failed and not there')
  return { ...model, kept: isThere ? withCheckpoint(model, newest, name, after) : model.kept, hasLostChanges: true }
}

function withCheckpoint(model: Model, id: number, name: string | undefined, nodes: Nodes): Model['kept'] {
  const all = new Map([...model.kept, [id, { name, nodes }] as const])
  const unnamed = [...all].filter(([, each]) => each.name === undefined).map(([each]) => each)
  for (const outdated of unnamed.slice(0, -KEEP)) all.delete(outdated)
  return all
}

function applied(before: Cells | undefined, { isWhole, cells, head }: Change): Nodes[string] {
  const after = Object.entries({ ...(isWhole ? {} : before), ...cells }).filter(([, value]) => value !== undefined)
  return { head, cells: Object.fromEntries(after.sort(([a], [b]) => (a < b ? -1 : 1))) }
}

function draftOf(nodes: Readonly<Record<string, Change>>): CheckpointDraft {
  const captures = Object.entries(nodes).map(([path, { isWhole, cells, head }]): [string, NodeCapture] => [
    path,
    isWhole ? whole(cells, head) : changed(cells, head),
  ])
  return draft(Object.fromEntries(captures))
}

/** What another process would find in the store. */
async function expectKept(
  connection: FaultyConnection,
  log: CheckpointLog,
  model: Model,
  reached: Reached,
): Promise<void> {
  const reader = await openCheckpointReader(connection)
  expect([...reader.manifests.keys()]).toEqual([...model.kept.keys()])
  if (!model.hasLostChanges) expect(log.list().map(({ id }) => id)).toEqual([...model.kept.keys()])
  for (const [id, { name, nodes }] of model.kept) {
    const loaded = await reader.read(id)
    expect({ name: loaded.info.name, nodes: contents(loaded) }).toEqual({ name, nodes })
    for (const [path, { segments }] of reader.manifests.get(id)?.nodes ?? []) {
      if (segments.length >= 3) reach(reached, 'nodes with three segments')
      if (segments.some(({ deleted }) => deleted > 0)) reach(reached, 'deleted keys')
      const before = reader.manifests
        .get(id - 1)
        ?.nodes.get(path)
        ?.segments.map((segment) => segment.id)
      const isMerged = segments.slice(0, -1).some((segment) => before?.includes(segment.id) === false)
      if (isMerged) reach(reached, 'merged segments')
    }
  }
}

async function expectNoLeftovers(connection: FaultyConnection): Promise<void> {
  const { manifests } = await openCheckpointReader(connection)
  const segments = [...manifests.values()].flatMap(segmentsOf)
  const needed = [
    ...[...manifests.keys()].map(manifestKey),
    ...segments.map(({ id }) => segmentKey(id)),
    ...segments.flatMap(({ id, chunks }) => Array.from({ length: chunks }, (_, at) => chunkKey(id, at))),
  ]
  const found: string[] = []
  for await (const { key } of connection.scan()) found.push(byteText(key))
  expect(found).toEqual([...new Set(needed.map(byteText))].sort())
}

async function storedIds(connection: FaultyConnection): Promise<readonly number[]> {
  return [...(await openCheckpointReader(connection)).manifests.keys()]
}
