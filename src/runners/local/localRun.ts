/** One run from its start to its one ending: finished, drained, suspended, cancelled or failed. */
import type { AbortSource } from '../../core/abort.ts'
import type { CheckpointInfo } from '../../core/checkpoint.ts'
import { DataflowError } from '../../core/errors.ts'
import type { Plan } from '../../core/graph.ts'
import type { RunSummary } from '../../core/runner.ts'
import { MAX_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { Drivers } from '../../kernel/drivers/driver.ts'
import { loadDrivers } from '../../kernel/drivers/loadDrivers.ts'
import { allSettled } from './allSettled.ts'
import type { LocalRunOptions } from './localRunner.ts'
import { Recorder } from './recorder.ts'
import { noRecovery, type Recovery } from './recovery.ts'
import { Region } from './region.ts'
import { SinkFeeds } from './sinkFeeds.ts'
import { type LoopEnd, SourceLoop, type Stop } from './sourceLoop.ts'
import { closeSplit, openSplits, type SplitPull } from './splitPull.ts'
import { StallWatch } from './stallWatch.ts'
import { systemClock } from './systemClock.ts'

/** A run of a plan with the drivers that it needs; `startAt` is the time at which it was asked for. */
export async function openRun(plan: Plan, options: LocalRunOptions, startAt: Timestamp): Promise<LocalRun> {
  return new LocalRun(plan, options, startAt, await loadDrivers(plan))
}

export class LocalRun {
  readonly #plan: Plan
  readonly #options: LocalRunOptions
  readonly #clock
  readonly #recorder: Recorder | undefined
  readonly #feeds = new SinkFeeds()
  readonly #region: Region
  readonly #splits: SplitPull[] = []
  readonly #recovery: Promise<Recovery>
  /** The summary of a run that had ended before and is only to be committed. */
  #ended: RunSummary | undefined
  /** Nothing more is read, by this run or by one that goes on from its checkpoints. */
  #isDraining = false
  #loop: SourceLoop | undefined
  #requested: Stop | undefined

  constructor(plan: Plan, options: LocalRunOptions, startAt: Timestamp, drivers: Drivers) {
    this.#plan = plan
    this.#options = options
    this.#clock = options.clock ?? systemClock()
    this.#recorder = options.onRecorded && new Recorder(plan, startAt)
    const recorder = this.#recorder
    this.#region = new Region(plan, startAt, {
      takeRows: (path, batch) => this.#feeds.take(path, batch),
      observe: recorder?.ports ?? new Set(),
      ...(recorder && { onSignal: recorder.onSignal }),
      drivers,
      mayGenerate: options.generateCode ?? true,
      // A strict run encodes every edge, also those inside a run of stateless steps.
      mayFuse: !options.strictCoders,
      strictCoders: options.strictCoders ?? false,
    })
    this.#recovery = this.#openRecovery()
    // Told by `execute`, which awaits it.
    this.#recovery.catch(() => {})
  }

  async execute(): Promise<RunSummary> {
    const { signal, onProgress } = this.#options
    const onAbort = (): void => this.request('cancelled')
    signal?.addEventListener('abort', onAbort)
    try {
      const recovery = await this.#recovery
      const summary = await this.#through(recovery)
      onProgress?.(summary)
      return summary
    } finally {
      signal?.removeEventListener('abort', onAbort)
      this.#recorder?.finish(this.#options.onRecorded)
    }
  }

  /** A drain or a suspension can still be cancelled; the first of them counts. */
  request(how: Stop): void {
    if (this.#requested === 'cancelled' || (this.#requested !== undefined && how !== 'cancelled')) return
    this.#requested = how
    this.#loop?.stop(how)
  }

  async savepoint(name: string): Promise<CheckpointInfo> {
    const saved = (await this.#recovery).savepoint(name)
    this.#loop?.wake()
    return saved
  }

  summary(outcome: RunSummary['outcome']): RunSummary {
    if (this.#ended) return this.#ended
    const reads = this.#region.readAccounting().map(({ heldSince: _, ...read }) => read)
    return {
      reads,
      groups: this.#region.groups(),
      written: this.#feeds.written,
      failed: this.#region.failures(),
      watermark: Math.min(MAX_TIMESTAMP, ...reads.map((read) => read.watermark)),
      outcome,
    }
  }

  async #openRecovery(): Promise<Recovery> {
    const { checkpoint, onCheckpoint } = this.#options
    if (checkpoint === undefined) return noRecovery(this.#feeds)
    const { checkpointRecovery } = await import('./checkpointRecovery.ts')
    return checkpointRecovery(
      {
        plan: this.#plan,
        clock: this.#clock,
        region: this.#region,
        feeds: this.#feeds,
        splits: this.#splits,
        isDraining: () => this.#isDraining,
        summary: () => this.summary(this.#requested === 'drained' ? 'drained' : 'finished'),
        wake: () => this.#loop?.wake(),
      },
      { ...checkpoint, onCheckpoint },
    )
  }

  async #through(recovery: Recovery): Promise<RunSummary> {
    try {
      this.#checkAborted()
      await this.#open(recovery)
      const end = this.#ended ? 'finished' : await this.#pump(recovery)
      if (this.#requested !== 'cancelled') await this.#feeds.busy
      this.#checkAborted()
      if (end === 'suspended' && this.#requested !== 'cancelled') await recovery.suspend()
      // Hooks and sources may fail when they are closed: before anything is committed.
      await this.#close()
      const outcome = this.#requested === 'cancelled' ? 'cancelled' : end
      if (outcome === 'cancelled' || outcome === 'suspended') await recovery.leave()
      else if (this.#ended === undefined || !isFinished(recovery)) await recovery.commit()
      return this.summary(outcome)
    } catch (error) {
      await this.#giveUp(recovery)
      throw error
    } finally {
      await recovery.close()
    }
  }

  #checkAborted(): void {
    const { signal } = this.#options
    if (signal?.aborted) throw aborted(signal)
  }

  /** Opens what is read and written, from where the checkpoint says where there is one. */
  async #open({ resumed, positions, guarantee }: Recovery): Promise<void> {
    const header = resumed?.info.header
    if (header) this.#feeds.countFrom((header.summary as RunSummary).written)
    const hasEnded = header?.phase === 'ending' || header?.phase === 'finished'
    if (hasEnded) this.#ended = header.summary as RunSummary
    if (header?.phase === 'finished') return
    this.#region.setup()
    await this.#feeds.open(this.#plan, header?.sinks ?? {}, guarantee)
    if (header) await this.#feeds.commitPrepared(header.sinks)
    if (this.#ended) return
    if (resumed) this.#region.resume(resumed.info.header, resumed.nodes)
    if (header?.phase === 'draining') this.#drainOn()
    else await this.#openSources(positions)
  }

  /** A run before this one was drained: this one ends as that would have. */
  #drainOn(): void {
    this.#isDraining = true
    this.#requested ??= 'drained'
    // A read that is new since then has nothing to bring, either.
    for (const read of this.#region.reads) {
      if (read.splitIds.length === 0) this.#region.step(read, () => read.finish('0'))
    }
  }

  async #openSources(positions: Recovery['positions']): Promise<void> {
    for (const node of this.#plan.nodes) {
      if (node.spec.kind !== 'read') continue
      const read = this.#region.read(node.path)
      await openSplits(read, node.spec.source, positions[node.path] ?? {}, this.#splits)
      const splits = this.#splits.filter((split) => split.read === read)
      const ended = splits.filter(({ status }) => status === 'ended').map(({ id }) => id)
      // A source without any split has ended, and so has a split that was claimed to its end.
      for (const id of splits.length === 0 ? ['0'] : ended) this.#region.step(read, () => read.finish(id))
    }
  }

  async #pump({ checkpoints }: Recovery): Promise<LoopEnd> {
    const { bundleSize = 1024, linger = 0, quantum = 1024 } = this.#options
    const stalls = new StallWatch(this.#options.stallAfter ?? 60_000, this.#options.onStall)
    const loop = new SourceLoop(this.#region, this.#splits, {
      clock: this.#clock,
      quantum,
      bundleSize,
      linger,
      busy: () => this.#feeds.busy,
      onBreath: () => {
        stalls.look(this.#region)
        this.#reportProgress()
      },
      nextLook: () => stalls.nextLook(this.#region),
      onClock: (to) => this.#recorder?.clock(to),
      checkpoints,
      onCompletion: (step, call, outcome) => this.#recorder?.completion(step, call, outcome),
    })
    this.#loop = loop
    if (this.#requested) loop.stop(this.#requested)
    const end = await loop.run()
    if (end === 'drained') this.#isDraining = true
    if (end === 'finished' || end === 'drained') this.#region.end()
    return loop.finishCalls(end)
  }

  #lastProgressAt = Number.NEGATIVE_INFINITY

  #reportProgress(): void {
    const { onProgress, progressEvery = 200 } = this.#options
    const now = this.#clock.now()
    if (onProgress === undefined || now < this.#lastProgressAt + progressEvery) return
    this.#lastProgressAt = now
    onProgress(this.summary('finished'))
  }

  async #close(): Promise<void> {
    const splits = this.#splits.splice(0)
    this.#loop?.close()
    await allSettled(
      [async () => this.#region.close(), ...splits.map((split) => () => closeSplit(split))].map((end) => end()),
    )
  }

  /** After a failure, which is what is told: what ending brings up besides it is not. */
  async #giveUp(recovery: Recovery): Promise<void> {
    await this.#close().catch(() => {})
    await recovery.leave().catch(() => {})
  }
}

function isFinished({ resumed }: Recovery): boolean {
  return resumed?.info.header.phase === 'finished'
}

function aborted(signal: AbortSource): DataflowError {
  return new DataflowError('ABORTED', {
    problem: 'the run was aborted by its signal.',
    remedy: 'Nothing was committed; run again to get results.',
    cause: signal.reason,
  })
}
