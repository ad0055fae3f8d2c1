/** One run from its start to its one ending: finished, drained, cancelled or failed. */
import { DataflowError } from '../../core/errors.ts'
import type { Plan } from '../../core/graph.ts'
import type { RunHandle, RunSummary } from '../../core/runner.ts'
import { MAX_TIMESTAMP } from '../../core/time.ts'
import type { LocalRunOptions } from './localRunner.ts'
import { Recorder } from './recorder.ts'
import { Region } from './region.ts'
import { SinkFeed } from './sinkFeed.ts'
import { type LoopEnd, SourceLoop } from './sourceLoop.ts'
import { closeSplit, openSplits, type SplitPull } from './splitPull.ts'
import { StallWatch } from './stallWatch.ts'
import { systemClock } from './systemClock.ts'

export function startRun(plan: Plan, options: LocalRunOptions): RunHandle {
  const run = new LocalRun(plan, options)
  const done = run.execute()
  // The caller may look at `done` late; a failure is not unhandled until then.
  done.catch(() => {})
  return {
    done,
    cancel: () => run.stop('cancelled', done),
    drain: () => run.stop('drained', done),
    progress: () => run.summary('finished'),
  }
}

class LocalRun {
  readonly #plan: Plan
  readonly #options: LocalRunOptions
  readonly #clock
  readonly #recorder: Recorder | undefined
  readonly #feeds = new Map<string, SinkFeed>()
  readonly #written = new Map<string, number>()
  readonly #region: Region
  #splits: SplitPull[] = []
  #loop: SourceLoop | undefined
  #requested: 'drained' | 'cancelled' | undefined

  constructor(plan: Plan, options: LocalRunOptions) {
    this.#plan = plan
    this.#options = options
    this.#clock = options.clock ?? systemClock()
    const startAt = this.#clock.now()
    this.#recorder = options.onRecorded && new Recorder(plan, startAt)
    const recorder = this.#recorder
    this.#region = new Region(plan, startAt, {
      takeRows: (path, rows) => {
        this.#written.set(path, (this.#written.get(path) ?? 0) + rows.length)
        this.#feeds.get(path)?.take(rows)
      },
      observe: recorder?.ports ?? new Set(),
      ...(recorder && { onSignal: recorder.onSignal }),
      mayGenerate: options.generateCode ?? true,
      // A strict run encodes every edge, also those inside a run of stateless steps.
      mayFuse: !options.strictCoders,
      strictCoders: options.strictCoders ?? false,
    })
  }

  async execute(): Promise<RunSummary> {
    const { signal } = this.#options
    const onAbort = (): void => this.#request('cancelled')
    signal?.addEventListener('abort', onAbort)
    try {
      this.#checkAborted()
      await this.#open()
      const end = await this.#pump()
      if (this.#requested !== 'cancelled') await this.#busy()
      this.#checkAborted()
      // Hooks and sources may fail when they are closed: before anything is committed.
      await this.#close()
      const outcome = this.#requested === 'cancelled' ? 'cancelled' : end
      if (outcome === 'cancelled') await this.#abort()
      else await this.#commit()
      const summary = this.summary(outcome)
      this.#options.onProgress?.(summary)
      return summary
    } catch (error) {
      await this.#giveUp()
      throw error
    } finally {
      signal?.removeEventListener('abort', onAbort)
      this.#recorder?.finish(this.#options.onRecorded)
    }
  }

  async stop(how: 'drained' | 'cancelled', done: Promise<RunSummary>): Promise<RunSummary> {
    this.#request(how)
    return done
  }

  summary(outcome: RunSummary['outcome']): RunSummary {
    const reads = this.#region.readAccounting().map(({ heldSince: _, ...read }) => read)
    return {
      reads,
      groups: this.#region.groups(),
      written: Object.fromEntries(this.#written),
      failed: this.#region.failures(),
      watermark: Math.min(MAX_TIMESTAMP, ...reads.map((read) => read.watermark)),
      outcome,
    }
  }

  /** A drain can still be cancelled, a cancelled run not be drained. */
  #request(how: 'drained' | 'cancelled'): void {
    if (this.#requested === 'cancelled') return
    this.#requested = how
    this.#loop?.stop(how)
  }

  #checkAborted(): void {
    const { signal } = this.#options
    if (signal?.aborted) throw aborted(signal)
  }

  async #open(): Promise<void> {
    this.#region.setup()
    for (const node of this.#plan.nodes) {
      if (node.spec.kind !== 'write') continue
      this.#written.set(node.path, 0)
      this.#feeds.set(node.path, await SinkFeed.open(node.path, node.spec.sink))
    }
    for (const node of this.#plan.nodes) {
      if (node.spec.kind !== 'read') continue
      const read = this.#region.read(node.path)
      await openSplits(read, node.spec.source, this.#splits)
      // A source without any split has ended.
      if (this.#splits.every((split) => split.read !== read)) this.#region.step(read, () => read.finish('0'))
    }
  }

  async #pump(): Promise<LoopEnd> {
    const { bundleSize = 1024, linger = 0, quantum = 1024 } = this.#options
    const stalls = new StallWatch(this.#options.stallAfter ?? 60_000, this.#options.onStall)
    const loop = new SourceLoop(this.#region, this.#splits, {
      clock: this.#clock,
      quantum,
      bundleSize,
      linger,
      busy: () => this.#busy(),
      onBreath: () => {
        stalls.look(this.#region)
        this.#reportProgress()
      },
      nextLook: () => stalls.nextLook(this.#region),
      onClock: (to) => this.#recorder?.clock(to),
    })
    this.#loop = loop
    if (this.#requested) loop.stop(this.#requested)
    const end = await loop.run()
    if (end !== 'cancelled') this.#region.end()
    return end
  }

  #lastProgressAt = Number.NEGATIVE_INFINITY

  #reportProgress(): void {
    const { onProgress, progressEvery = 200 } = this.#options
    const now = this.#clock.now()
    if (onProgress === undefined || now < this.#lastProgressAt + progressEvery) return
    this.#lastProgressAt = now
    onProgress(this.summary('finished'))
  }

  #busy(): Promise<unknown> | undefined {
    const busy = [...this.#feeds.values()].flatMap((feed) => feed.busy ?? [])
    return busy.length === 0 ? undefined : Promise.all(busy)
  }

  async #commit(): Promise<void> {
    const committed: string[] = []
    for (const [path, feed] of this.#feeds) {
      await feed.commit(committed)
      committed.push(path)
    }
  }

  /** Every sink takes back what it has written; the first failure is told when all have. */
  async #abort(): Promise<void> {
    await all([...this.#feeds.values()].map((feed) => feed.abort()))
  }

  async #close(): Promise<void> {
    const splits = this.#splits
    this.#splits = []
    await all([async () => this.#region.close(), ...splits.map((split) => () => closeSplit(split))].map((end) => end()))
  }

  /** After a failure, which is what is told: what ending brings up besides it is not. */
  async #giveUp(): Promise<void> {
    await this.#close().catch(() => {})
    await this.#abort().catch(() => {})
  }
}

/** Waits for all to settle, then throws the first failure. */
async function all(work: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(work)
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

function aborted(signal: AbortSignal): DataflowError {
  return new DataflowError('ABORTED', {
    problem: 'the run was aborted by its signal.',
    remedy: 'Nothing was committed; run again to get results.',
    cause: signal.reason,
  })
}
