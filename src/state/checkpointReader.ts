import type { CheckpointInfo, NodeRestore } from '../core/checkpoint.ts'
import { DataflowError } from '../core/errors.ts'
import type { StoreConnection } from '../core/stateStore.ts'
import { isCheckpointKey, MANIFESTS, manifestKey, numberOf } from './checkpointKeys.ts'
import { decodeManifest, infoOf, type Manifest, segmentsOf } from './checkpointManifest.ts'
import { openSealer, type Sealer } from './sealedBytes.ts'
import { checkSegment, readEntries, readHead, type SegmentSource } from './segmentReader.ts'
import { storeCorrupt, storeFailed } from './storeErrors.ts'

const NONE_WHOLE = 'Start anew with an empty store, or bring back a copy of this one.'

/** A checkpoint as it was saved; nodes by their paths. */
export interface LoadedCheckpoint {
  readonly info: CheckpointInfo
  readonly nodes: ReadonlyMap<string, NodeRestore>
}

/** What a store holds, as of when it was opened; whoever changes the store keeps it so. */
export interface CheckpointReader {
  readonly sealer: Sealer
  /** Whole manifests by id, ids ascending. */
  readonly manifests: Map<number, Manifest>
  /** Checkpoints whose manifest is damaged. */
  readonly damaged: Set<number>
  infos(): readonly CheckpointInfo[]
  /** The id of the newest checkpoint, damaged or not; 0 when there is none. */
  newest(): number
  /** Rejects with STORE_CORRUPT, INVALID_ARGUMENT for a checkpoint that is not there, STORE_FAILED where it is removed. */
  read(id: number): Promise<LoadedCheckpoint>
  /** How to read segments of a checkpoint. */
  source(id: number, where: string): SegmentSource
}

/**
 * Reads what checkpoints a store holds, and changes nothing. Rejects with STORE_CORRUPT where it is no store of
 * checkpoints or where the manifest of each is damaged, and SNAPSHOT_MISMATCH where it was written in a later format.
 */
export async function openCheckpointReader(connection: StoreConnection): Promise<CheckpointReader> {
  const sealer = await openSealer()
  await requireCheckpoints(connection)
  const manifests = new Map<number, Manifest>()
  const damaged = new Set<number>()
  for await (const { key, value } of connection.scan(MANIFESTS)) {
    const id = numberOf(key)
    const manifest = decodeManifest(sealer, id, value)
    if (manifest === undefined) damaged.add(id)
    else manifests.set(id, manifest)
  }
  if (manifests.size === 0 && damaged.size > 0) {
    throw storeCorrupt(
      `the manifests of checkpoints ${[...damaged].join(', ')} are damaged, and there are no others.`,
      NONE_WHOLE,
    )
  }
  const source = (id: number, where: string): SegmentSource => ({
    connection,
    sealer,
    fail: (problem) => fail(id, `${where}: ${problem}`),
  })
  const fail = async (id: number, problem: string): Promise<never> => {
    if (manifests.has(id) && (await connection.get(manifestKey(id))) === undefined) {
      throw storeFailed(`checkpoint ${id} was removed while it was read.`, 'Read a later one.')
    }
    throw storeCorrupt(`checkpoint ${id} cannot be read: ${problem}.`, await remedy(id))
  }
  const read = async (id: number): Promise<LoadedCheckpoint> => {
    const manifest = manifests.get(id)
    if (damaged.has(id)) return fail(id, 'its manifest is damaged')
    if (manifest === undefined) throw unknownCheckpoint(id, { manifests })
    const nodes = new Map<string, NodeRestore>()
    for (const [path, { head, segments }] of manifest.nodes) {
      const from = source(id, `state of "${path}"`)
      nodes.set(path, { head: await readHead(from, head), entries: await readEntries(from, segments) })
    }
    return { info: infoOf(manifest), nodes }
  }
  /** The newest other checkpoint that can be read as a whole. */
  const remedy = async (bad: number): Promise<string> => {
    for (const id of [...manifests.keys()].filter((each) => each !== bad).reverse()) {
      if (await isWhole(manifests.get(id)))
        return `Checkpoint ${id} is whole: copy it to another store, and run with that one.`
    }
    return `No other checkpoint is whole. ${NONE_WHOLE}`
  }
  const isWhole = async (manifest: Manifest | undefined): Promise<boolean> => {
    const damage = Symbol('damage')
    const quiet: SegmentSource = { connection, sealer, fail: () => Promise.reject(damage) }
    try {
      for (const segment of manifest === undefined ? [] : segmentsOf(manifest)) await checkSegment(quiet, segment)
      return true
    } catch (error) {
      if (error === damage) return false
      throw error
    }
  }
  return {
    sealer,
    manifests,
    damaged,
    infos: () => [...manifests.values()].map(infoOf),
    newest: () => Math.max(0, ...manifests.keys(), ...damaged),
    read,
    source,
  }
}

/** INVALID_ARGUMENT for an id that names nothing. */
export function unknownCheckpoint(id: number, { manifests }: Pick<CheckpointReader, 'manifests'>): DataflowError {
  return new DataflowError('INVALID_ARGUMENT', {
    problem: manifests.size === 0 ? 'the store holds no checkpoint.' : `the store holds no checkpoint ${id}.`,
    remedy: manifests.size === 0 ? 'Save one first.' : `It holds ${[...manifests.keys()].join(', ')}.`,
  })
}

/** A store that holds other things than checkpoints is not written to. */
async function requireCheckpoints(connection: StoreConnection): Promise<void> {
  for await (const { key } of connection.scan()) {
    if (isCheckpointKey(key)) return
    throw storeCorrupt('the store holds something that is no checkpoint.', 'Give the job an empty store of its own.')
  }
}
