/** Where a run with checkpoints begins: the plan is checked for what recovery needs, and the store is opened. */
import type { CheckpointHeader, CheckpointInfo, SplitPosition } from '../../core/checkpoint.ts'
import type { Clock } from '../../core/clock.ts'
import { declaredState } from '../../core/declaredState.ts'
import { DataflowError } from '../../core/errors.ts'
import type { Plan, PlanNode } from '../../core/graph.ts'
import type { Guarantee } from '../../core/sink.ts'
import type { StateStore, StoreConnection } from '../../core/stateStore.ts'
import type { Duration } from '../../core/time.ts'
import { type OpenOverflow, overflowInto } from '../../kernel/stateful/overflow.ts'
import { type CheckpointLog, openCheckpointLog } from '../../state/checkpointLog.ts'
import type { LoadedCheckpoint } from '../../state/checkpointReader.ts'
import { type Claims, openClaims } from '../../state/claims.ts'
import { cannotGoOn, compat, isRemembered } from '../../state/compat.ts'
import { isSameState, migrateState } from '../../state/migrateState.ts'
import { pacedYield } from './pacedYield.ts'

export interface CheckpointOptions {
  /** Where checkpoints are kept. A run whose store holds checkpoints of the same pipeline goes on from the last one. */
  readonly store: StateStore
  /** Milliseconds of processing time between two checkpoints. Default 10,000. */
  readonly every?: Duration
  /** How many checkpoints are kept, besides savepoints. Default 1. */
  readonly keep?: number
  /** What a crash may do to an element. Default 'exactly-once'. */
  readonly guarantee?: Guarantee
  /**
   * How many keys each stateful step keeps in memory; the others wait in the store's folder until an element or a timer
   * asks for them. 1 or more; default 1,000,000. Means nothing in stores without such a place, as those of browsers.
   */
  readonly keysInMemory?: number
}

const KEYS_IN_MEMORY = 1_000_000

export interface OpenCheckpoints {
  readonly log: CheckpointLog
  /** The checkpoint to go on from; undefined at a first start. */
  readonly resumed: LoadedCheckpoint | undefined
  /** Where the splits of each read go on from. */
  readonly positions: CheckpointHeader['positions']
  readonly claims: Claims
  /** Where state goes that memory has no room for; undefined where the store has no such place, or no step needs it. */
  readonly overflow: OpenOverflow | undefined
  close(): Promise<void>
}

/**
 * Opens the store and answers where to go on from. Rejects with UNNAMED_STEP or UNMET_REQUIREMENT for a plan that could
 * not be resumed, SNAPSHOT_MISMATCH for checkpoints of something else, and what the store rejects with.
 */
export async function openCheckpoints(plan: Plan, clock: Clock, options: CheckpointOptions): Promise<OpenCheckpoints> {
  for (const node of plan.nodes) checkRecoverable(node)
  const keysInMemory = requireCount(options.keysInMemory ?? KEYS_IN_MEMORY)
  const connection = await options.store.open()
  try {
    const log = await openCheckpointLog(connection, { keep: options.keep ?? 1, yieldToHost: pacedYield(clock) })
    if (log.latest) checkSameJob(plan, log.latest)
    const resumed = log.latest && migrated(plan, await log.load('latest'))
    const close = (): Promise<void> => connection.close()
    const header = resumed?.info.header
    const claims = await openClaims(connection, header?.claims ?? 0)
    const saved = header?.positions ?? {}
    const positions = options.guarantee === 'at-most-once' ? claimed(saved, header?.claims ?? 0, claims) : saved
    return { log, resumed, positions, claims, overflow: await openOverflow(plan, connection, keysInMemory), close }
  } catch (error) {
    await connection.close()
    throw error
  }
}

async function openOverflow(
  plan: Plan,
  connection: StoreConnection,
  keysInMemory: number,
): Promise<OpenOverflow | undefined> {
  const isNeeded = plan.nodes.some(({ spec }) => spec.kind === 'stateful')
  const scratch = isNeeded ? await connection.openScratch?.() : undefined
  return scratch && overflowInto(scratch, keysInMemory)
}

function requireCount(keysInMemory: number): number {
  if (Number.isSafeInteger(keysInMemory) && keysInMemory >= 1) return keysInMemory
  throw new DataflowError('INVALID_ARGUMENT', {
    problem: `keysInMemory is ${keysInMemory}, and a step keeps one key or more in memory.`,
    remedy: 'Pass a whole number from 1 on, or leave it out.',
  })
}

/** Positions of the checkpoint, and of the claims that were made after its barrier. */
function claimed(
  positions: CheckpointHeader['positions'],
  before: number,
  { earlier }: Claims,
): CheckpointHeader['positions'] {
  const all: Record<string, Readonly<Record<string, SplitPosition>>> = { ...positions }
  for (const { number, read, split, position } of earlier) {
    if (number > before) all[read] = { ...all[read], [split]: position }
  }
  return all
}

function checkRecoverable(node: PlanNode): void {
  const { path, spec, isNamed } = node
  if (!isNamed && isRemembered(node)) {
    throw new DataflowError('UNNAMED_STEP', {
      step: path,
      problem: `a ${spec.kind === 'parDo' ? 'step with side inputs' : spec.kind} without a name cannot be found again in a checkpoint once the pipeline changes.`,
      remedy: `Give it a name of its own: { name: '...' }.`,
    })
  }
  if (spec.kind === 'read' && !spec.source.replayable) {
    throw new DataflowError('UNMET_REQUIREMENT', {
      step: path,
      problem: `its source (${spec.source.spec.kind}) cannot be read again from a position, so a run could not be resumed.`,
      remedy: 'Read from a source that can be replayed, or run without checkpoints.',
    })
  }
  if (spec.kind === 'write' && spec.sink.delivery === undefined) {
    throw new DataflowError('UNMET_REQUIREMENT', {
      step: path,
      problem: `its sink (${spec.sink.spec.kind}) does not say what becomes of its rows in a crash.`,
      remedy:
        "Declare `delivery` on the sink: 'at-least-once' if a row takes effect when write settles, 'exactly-once' with prepare.",
    })
  }
}

function checkSameJob(plan: Plan, checkpoint: CheckpointInfo): void {
  const { job } = checkpoint.header
  if (job !== plan.name) {
    throw new DataflowError('SNAPSHOT_MISMATCH', {
      problem: `the store holds checkpoints of pipeline "${job}", not of "${plan.name}".`,
      remedy: 'Run the pipeline that took the checkpoints, or use a new store.',
    })
  }
  const refused = compat(plan, checkpoint).find(({ fate }) => fate === 'refused')
  if (refused) throw cannotGoOn(checkpoint, refused)
}

/** State as the steps of this plan declare it. Nothing is open yet but the store, and nothing is changed where it throws. */
function migrated(plan: Plan, loaded: LoadedCheckpoint): LoadedCheckpoint {
  const { now, plan: saved } = loaded.info.header
  const nodes = new Map(loaded.nodes)
  for (const node of plan.nodes) {
    const { path, spec } = node
    const [was, state] = [saved.states?.[path], nodes.get(path)]
    if (spec.kind !== 'stateful' || was === undefined || state === undefined) continue
    const is = declaredState(plan, node, spec)
    if (isSameState(was, is)) continue
    const later = migrateState({ step: path, spec, was, is, now }, state)
    // The step is to have it bit by bit, as its state may not fit into memory: what throws is found by having it once before.
    for (const _ of later.entries);
    nodes.set(path, later)
  }
  return { ...loaded, nodes }
}
