/**
 * Takes a run's checkpoints (D10): between two steps a barrier captures the nodes, sources say where they stand and sinks
 * prepare; what was captured is then saved in the background while the run goes on. One checkpoint is saved at a time.
 */
import type {
  CheckpointDraft,
  CheckpointHeader,
  CheckpointInfo,
  NodeCapture,
  SplitPosition,
} from '../../core/checkpoint.ts'
import type { Clock } from '../../core/clock.ts'
import { declaredStates } from '../../core/declaredState.ts'
import { DataflowError } from '../../core/errors.ts'
import type { Plan } from '../../core/graph.ts'
import { nodeFingerprint, planFingerprint } from '../../core/planFingerprint.ts'
import type { RunSummary } from '../../core/runner.ts'
import type { Guarantee } from '../../core/sink.ts'
import type { Duration, Timestamp } from '../../core/time.ts'
import type { CheckpointLog } from '../../state/checkpointLog.ts'
import type { Claims } from '../../state/claims.ts'
import type { Region } from './region.ts'
import type { SinkFeeds } from './sinkFeeds.ts'
import { positionOf, type SplitPull } from './splitPull.ts'

/** The run as its checkpoints see it. */
export interface CheckpointedRun {
  readonly plan: Plan
  readonly clock: Clock
  readonly region: Region
  readonly feeds: SinkFeeds
  readonly splits: readonly SplitPull[]
  /** True when nothing more is read although splits have not ended. */
  isDraining(): boolean
  summary(): RunSummary
  /** Lets a loop that waits for its sources look at what is due. */
  wake(): void
}

export interface CheckpointerOptions {
  readonly every?: Duration
  readonly guarantee?: Guarantee
  readonly onCheckpoint?: ((info: CheckpointInfo) => void) | undefined
  /** True where the store holds state of earlier versions, which is written anew as a whole. */
  readonly isMigrated?: boolean
}

export class Checkpointer {
  readonly #run: CheckpointedRun
  readonly #log: CheckpointLog
  readonly #claims: Claims
  /** True where the run is at most once. */
  readonly #makesClaims: boolean
  readonly #every: Duration
  readonly #onSaved: (info: CheckpointInfo) => void
  readonly #identity: Pick<CheckpointHeader, 'format' | 'job' | 'plan'>
  #nextAt: Timestamp
  #saving: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined
  #isOver = false
  /** True where nothing is to change while the first checkpoint is saved: a capture of all may be larger than memory. */
  #waits: boolean
  /** Names of savepoints, taken and asked for: one that is taken must be refused before anything is captured for it. */
  readonly #names: Set<string>
  readonly #asked: { readonly name: string; readonly settle: (info: Promise<CheckpointInfo>) => void }[] = []

  constructor(
    run: CheckpointedRun,
    log: CheckpointLog,
    claims: Claims,
    { every = 10_000, guarantee, onCheckpoint = () => {}, isMigrated = false }: CheckpointerOptions,
  ) {
    this.#run = run
    this.#log = log
    this.#claims = claims
    this.#makesClaims = guarantee === 'at-most-once'
    this.#every = every
    this.#onSaved = onCheckpoint
    this.#names = new Set(log.list().flatMap(({ name }) => name ?? []))
    this.#identity = identityOf(run.plan)
    // The first of a job is taken before anything is read: a sink that was opened is then known from the start.
    this.#nextAt = log.latest === undefined ? Number.NEGATIVE_INFINITY : log.latest.header.now + every
    this.#waits = isMigrated
  }

  /** True when the loop is to call `take` at the next place between two steps. */
  isDue(now: Timestamp): boolean {
    if (this.#failure) return true
    return this.#saving === undefined && (now >= this.#nextAt || this.#asked.length > 0)
  }

  /** The processing time at which a checkpoint is due although nothing happens; Infinity while one is being saved. */
  get nextAt(): Timestamp {
    return this.#saving === undefined ? this.#nextAt : Number.POSITIVE_INFINITY
  }

  /** At most once: nothing of what was read has an effect before this settles. Undefined where there is nothing to wait for. */
  claim(split: SplitPull): Promise<void> | undefined {
    return this.#makesClaims ? this.#claims.make(split.read.path, split.id, positionOf(split)) : undefined
  }

  /** A savepoint, as soon as it can be taken; the caller wakes the loop. */
  savepoint(name: string): Promise<CheckpointInfo> {
    if (this.#isOver) return Promise.reject(tooLate(name))
    if (this.#names.has(name)) return Promise.reject(nameTaken(name))
    this.#names.add(name)
    return new Promise((resolve) => this.#asked.push({ name, settle: resolve }))
  }

  /** Captures the run, between two steps with nothing lingering and nothing being written; saving goes on by itself. */
  async take(): Promise<void> {
    this.#check()
    await this.#saving
    const { region, feeds } = this.#run
    this.#nextAt = region.now + this.#every
    const nodes = region.barrier()
    const prepared = await feeds.prepare()
    const header = this.#run.isDraining()
      ? this.#header('draining', {}, prepared)
      : this.#header('running', this.#positions(), prepared)
    const asked = this.#asked.shift()
    const saved = this.#save({ header, nodes }, asked?.name)
    asked?.settle(saved)
    this.#saving = saved
      .then(
        () => {},
        (error: unknown) => {
          this.#failure = { error }
        },
      )
      .then(() => {
        this.#saving = undefined
        this.#run.wake()
      })
    if (this.#waits) await this.#saving
    this.#waits = false
  }

  /** Waits for what is being saved; rejects when it could not be. */
  async settled(): Promise<void> {
    await this.#saving
    this.#check()
  }

  /** All input is done: from here on a resumed run only commits its sinks. */
  async ending(): Promise<void> {
    await this.settled()
    await this.#save({ header: this.#header('ending', {}, await this.#run.feeds.prepare()), nodes: NO_NODES })
  }

  /** The sinks have committed. */
  async finished(): Promise<void> {
    await this.#save({ header: this.#header('finished', {}, {}), nodes: NO_NODES })
  }

  /** The run is over: savepoints that were asked for and not taken are refused. */
  close(): void {
    this.#isOver = true
    for (const { name, settle } of this.#asked.splice(0)) settle(Promise.reject(tooLate(name)))
  }

  #header(
    phase: CheckpointHeader['phase'],
    positions: CheckpointHeader['positions'],
    sinks: CheckpointHeader['sinks'],
  ): CheckpointHeader {
    const { now, ordinal } = this.#run.region
    return {
      ...this.#identity,
      phase,
      now,
      ordinal,
      positions,
      claims: this.#claims.last,
      sinks,
      summary: this.#run.summary(),
    }
  }

  #positions(): CheckpointHeader['positions'] {
    const positions: Record<string, Record<string, SplitPosition>> = {}
    for (const split of this.#run.splits) {
      positions[split.read.path] = { ...positions[split.read.path], [split.id]: positionOf(split) }
    }
    return positions
  }

  async #save(draft: CheckpointDraft, name?: string): Promise<CheckpointInfo> {
    const info = await this.#log.save(draft, name === undefined ? {} : { name })
    await this.#run.feeds.commitPrepared(draft.header.sinks)
    this.#onSaved(info)
    return info
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error
  }
}

const NO_NODES: ReadonlyMap<string, NodeCapture> = new Map()

function identityOf(plan: Plan): Pick<CheckpointHeader, 'format' | 'job' | 'plan'> {
  const nodes = Object.fromEntries(plan.nodes.map(({ path }) => [path, nodeFingerprint(plan, path)]))
  return {
    format: 1,
    job: plan.name,
    plan: { fingerprint: planFingerprint(plan), nodes, states: declaredStates(plan) },
  }
}

function nameTaken(name: string): DataflowError {
  return new DataflowError('INVALID_ARGUMENT', {
    problem: `the name of savepoint "${name}" is taken.`,
    remedy: 'Choose another name, or drop that savepoint first.',
  })
}

function tooLate(name: string): DataflowError {
  return new DataflowError('ABORTED', {
    problem: `savepoint "${name}" was not taken: the run ended first.`,
    remedy: 'The last checkpoint of the store, if there is one, is where a new run goes on.',
  })
}
