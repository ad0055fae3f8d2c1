import type { CheckpointDraft, CheckpointInfo, NodeCapture } from '../core/checkpoint.ts'
import { DataflowError } from '../core/errors.ts'
import type { StoreChange, StoreConnection } from '../core/stateStore.ts'
import { byteRoom } from './byteRoom.ts'
import { manifestKey } from './checkpointKeys.ts'
import {
  CHECKPOINT_FORMAT,
  encodeManifest,
  infoOf,
  type Manifest,
  type NodeSegments,
  segmentsOf,
} from './checkpointManifest.ts'
import {
  type CheckpointReader,
  type LoadedCheckpoint,
  openCheckpointReader,
  unknownCheckpoint,
} from './checkpointReader.ts'
import { compacted } from './compacted.ts'
import { openSegmentSpace } from './segmentSpace.ts'
import { type SegmentTarget, writeEntries, writeHead } from './segmentWriter.ts'
import { storeFailed } from './storeErrors.ts'

export interface CheckpointLogOptions {
  /** The pipeline's name; a store that holds checkpoints of another is refused. */
  readonly job?: string
  /** How many checkpoints are kept, beside savepoints and the one that the run goes on from; 1 or more, default 2. */
  readonly keep?: number
  /** Called after each millisecond or two of encoding, so that the job goes on meanwhile. */
  readonly yieldToHost?: () => Promise<void>
}

/**
 * The checkpoints of one job in one store. What is asked of it is done in that order, one after the other.
 * Everything rejects with STORE_FAILED where the store fails; what was there before is still there.
 */
export interface CheckpointLog {
  /** The newest checkpoint, or savepoint, whose manifest is whole; undefined when nothing was saved yet. */
  readonly latest: CheckpointInfo | undefined
  /** Checkpoints and savepoints that are kept, ids ascending. One whose manifest is damaged is not among them. */
  list(): readonly CheckpointInfo[]
  /**
   * Keeps a checkpoint, as a savepoint when it has a name. It is there, as a whole, when the promise settles, and not at
   * all before. Captures that are not whole go on from the checkpoint that was last saved or loaded, or from nothing. A
   * node without a head and without entries remembers nothing, and has no state in the checkpoint.
   * After a save that failed, captures must be whole, since what the lost ones held is nowhere else: others are refused
   * with STORE_FAILED. Rejects with NOT_ENCODABLE where valueCoder does not carry a value, INVALID_ARGUMENT where a name
   * is taken.
   */
  save(draft: CheckpointDraft, options?: { readonly name?: string }): Promise<CheckpointInfo>
  /**
   * Reads a checkpoint, and lets what is saved next go on from it. Everything is read and checked before it settles.
   * Rejects with STORE_CORRUPT, naming a checkpoint that is whole, and INVALID_ARGUMENT where there is no such checkpoint.
   */
  load(checkpoint: number | 'latest'): Promise<LoadedCheckpoint>
  /** Removes a checkpoint or savepoint, and what no other one needs. INVALID_ARGUMENT where there is none. */
  drop(checkpoint: number): Promise<void>
}

/**
 * Opens the checkpoints in a store that is open for writing, and removes what a run that was killed had not finished.
 * docs/decisions/0020 says how they are laid out. Rejects with SNAPSHOT_MISMATCH where they are of another job or a later
 * format, and STORE_CORRUPT where they are no checkpoints, or all are damaged.
 *
 * @example
 * const log = await openCheckpointLog(await memoryStore().open(), { keep: 3 })
 * const { nodes } = await log.load('latest')
 */
export async function openCheckpointLog(
  connection: StoreConnection,
  options: CheckpointLogOptions = {},
): Promise<CheckpointLog> {
  const keep = requireKeep(options.keep ?? 2)
  const yieldToHost = options.yieldToHost ?? (() => Promise.resolve())
  let reader = await openCheckpointReader(connection)
  requireJob(options.job, reader)
  let space = await openSegmentSpace(connection)
  const room = byteRoom()
  /** True when the store may hold something else than `reader` and `space` say, since a commit of it or them failed. */
  let isUnsure = false
  /** The checkpoint that captures which are not whole go on from. */
  let parent: Manifest | undefined
  /** True when a capture was lost. Cleared by a save of whole captures, and by a load. */
  let hasLostChanges = false
  let highestId = reader.newest()

  const commit = async (changes: readonly StoreChange[]): Promise<void> => {
    isUnsure = true
    await connection.commit(changes)
    isUnsure = false
  }

  const lookAgain = async (): Promise<void> => {
    if (!isUnsure) return
    reader = await openCheckpointReader(connection)
    space = await openSegmentSpace(connection)
    highestId = Math.max(highestId, reader.newest())
    isUnsure = false
  }

  /** A damaged manifest does not say what it needs: nothing that it may need goes while it is there. */
  const removeUnneeded = async (): Promise<void> => {
    const { manifests, damaged } = reader
    const needed = [...manifests.values(), ...(parent === undefined ? [] : [parent])].flatMap(segmentsOf)
    await space.removeAllBut(needed, damaged.size > 0)
  }

  /** Undefined for a node that remembers nothing. */
  const saveNode = async (path: string, capture: NodeCapture): Promise<NodeSegments | undefined> => {
    const target: SegmentTarget = { connection, sealer: reader.sealer, room, nextId: space.nextId, yieldToHost }
    const before = parent?.nodes.get(path)
    const older = capture.isWhole ? [] : (before?.segments ?? [])
    const newest = await writeEntries(target, capture.entries, older.length > 0)
    if (newest === undefined && older.length === 0 && capture.head === undefined) return undefined
    const head = await writeHead(target, capture.head, before?.head)
    const source = reader.source(parent?.id ?? 0, `state of "${path}"`)
    const segments = await compacted(target, source, older)
    return { head, segments: newest === undefined ? segments : [...segments, newest] }
  }

  const save = async (draft: CheckpointDraft, name: string | undefined): Promise<CheckpointInfo> => {
    requireFreeName(name, reader.manifests)
    if (hasLostChanges && [...draft.nodes.values()].some((capture) => !capture.isWhole)) throw changesLost()
    hasLostChanges = true
    await lookAgain()
    await removeUnneeded()
    const nodes = new Map<string, NodeSegments>()
    for (const [path, capture] of draft.nodes) {
      const saved = await saveNode(path, capture)
      if (saved !== undefined) nodes.set(path, saved)
    }
    const manifest: Manifest = { format: CHECKPOINT_FORMAT, id: highestId + 1, name, header: draft.header, nodes }
    const outdated = outdatedIds([...reader.manifests.values(), manifest], reader.damaged, keep)
    await commit([
      { key: manifestKey(manifest.id), value: encodeManifest(reader.sealer, manifest) },
      ...outdated.map((id) => ({ key: manifestKey(id), value: undefined })),
    ])
    highestId = manifest.id
    reader.manifests.set(manifest.id, manifest)
    forget(reader, outdated)
    parent = manifest
    hasLostChanges = false
    // The checkpoint is there. What is left over now is removed by the next save or open, which also says why it cannot.
    await removeUnneeded().catch(() => {})
    return infoOf(manifest)
  }

  const load = async (checkpoint: number | 'latest'): Promise<LoadedCheckpoint> => {
    await lookAgain()
    const id = checkpoint === 'latest' ? reader.newest() : checkpoint
    const loaded = await reader.read(id)
    parent = reader.manifests.get(id)
    hasLostChanges = false
    return loaded
  }

  const drop = async (id: number): Promise<void> => {
    await lookAgain()
    if (!reader.manifests.has(id) && !reader.damaged.has(id)) throw unknownCheckpoint(id, reader)
    await commit([{ key: manifestKey(id), value: undefined }])
    forget(reader, [id])
    await removeUnneeded()
  }

  await removeUnneeded()
  const inTurn = turnstile()
  return {
    get latest() {
      return reader.infos().at(-1)
    },
    list: () => reader.infos(),
    save: (draft, { name } = {}) => inTurn(() => save(draft, name)),
    load: (checkpoint) => inTurn(() => load(checkpoint)),
    drop: (checkpoint) => inTurn(() => drop(checkpoint)),
  }
}

function forget({ manifests, damaged }: CheckpointReader, ids: readonly number[]): void {
  for (const id of ids) {
    manifests.delete(id)
    damaged.delete(id)
  }
}

/** All but the last `keep` that have no name; those that are damaged count as if they were whole. */
function outdatedIds(manifests: readonly Manifest[], damaged: ReadonlySet<number>, keep: number): readonly number[] {
  const unnamed = manifests.filter(({ name }) => name === undefined).map(({ id }) => id)
  return [...unnamed, ...damaged].sort((a, b) => b - a).slice(keep)
}

/** Runs tasks one after the other, whatever becomes of each. */
function turnstile(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const turn = last.then(task, task)
    last = turn.catch(() => {})
    return turn
  }
}

function requireKeep(keep: number): number {
  if (Number.isSafeInteger(keep) && keep >= 1) return keep
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `keep is ${keep}, and of the checkpoints of a job one or more must be kept.`,
    remedy: 'Pass a whole number from 1 on.',
  })
}

function requireJob(job: string | undefined, { manifests }: CheckpointReader): void {
  const found = [...manifests.values()].at(-1)?.header.job
  if (job === undefined || found === undefined || found === job) return
  throw new DataflowError('SNAPSHOT_MISMATCH', {
    problem: `the store holds checkpoints of the job "${found}", and this one is "${job}".`,
    remedy: 'Give each job a store of its own.',
  })
}

function requireFreeName(name: string | undefined, manifests: ReadonlyMap<number, Manifest>): void {
  const taken = [...manifests.values()].find((manifest) => name !== undefined && manifest.name === name)
  if (taken === undefined) return
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `the savepoint ${taken.id} is named "${name}" already.`,
    remedy: 'Choose another name, or drop that savepoint first.',
  })
}

function changesLost(): DataflowError {
  return storeFailed(
    'an earlier checkpoint could not be saved, and what had changed since the one before it is lost.',
    'Start the job again: it goes on from the last checkpoint that was saved.',
  )
}
