/**
 * Pulls the sources and feeds the region. The next bundle is asked for when the chains have returned and the sinks have
 * room. Among ready splits the one with the lowest watermark is read next, for a fixed number of elements, so that the
 * interleaving of replayable sources is itself deterministic and independent of bundle sizes.
 */
import type { CallOutcome } from '../../core/asyncStep.ts'
import type { Clock } from '../../core/clock.ts'
import type { ReadFailure, ReadResult } from '../../core/source.ts'
import type { Timestamp } from '../../core/time.ts'
import { AsyncCalls } from './asyncCalls.ts'
import { Pace } from './pace.ts'
import type { Region } from './region.ts'
import { pull, type SplitPull } from './splitPull.ts'
import { Wakeup } from './wakeup.ts'
import { yieldToHost } from './yieldToHost.ts'

export interface LoopOptions {
  readonly clock: Clock
  /** Elements read from one split before the next is considered. */
  readonly quantum: number
  /** Elements pushed at once at most. */
  readonly bundleSize: number
  /** How long values of a live source may wait for a fuller bundle, in milliseconds of processing time. */
  readonly linger: number
  /** What the sinks have not yet taken; undefined when there is room. */
  readonly busy: () => Promise<unknown> | undefined
  /** Called about every few milliseconds of work, and before waiting. */
  readonly onBreath: () => void
  /** A processing time at which `onBreath` has something to do although no element came; Infinity for none. */
  readonly nextLook: () => Timestamp
  /** Called before the region's clock moves. */
  readonly onClock: (to: Timestamp) => void
  readonly checkpoints?: LoopCheckpoints | undefined
  /** Called before what came of a call enters the region. */
  readonly onCompletion: (step: string, call: number, outcome: CallOutcome) => void
}

/** Taken between two quanta, when nothing lingers and the sinks have room. */
export interface LoopCheckpoints {
  isDue(now: Timestamp): boolean
  /** When one is due although no element came; Infinity for never. */
  readonly nextAt: Timestamp
  take(): Promise<void>
  /** Values of a split were read and have had no effect yet; waits until they may have. */
  claim(split: SplitPull): Promise<void> | undefined
}

/** Why the loop stops before its sources have ended. */
export type Stop = 'drained' | 'cancelled' | 'suspended'
export type LoopEnd = 'finished' | Stop

/** Quanta between two breaths at most (Pace says when they are too many): yielding to the host costs microseconds. */
const QUANTA_PER_BREATH = 16

export class SourceLoop {
  readonly #region: Region
  readonly #splits: readonly SplitPull[]
  readonly #options: LoopOptions
  readonly #wakeup = new Wakeup()
  readonly #calls: AsyncCalls
  /** Ends the subscriptions to estimates that move by themselves. */
  readonly #forget: readonly (() => void)[]
  readonly #pace: Pace
  #stop: Stop | undefined

  constructor(region: Region, splits: readonly SplitPull[], options: LoopOptions) {
    this.#region = region
    this.#splits = splits
    this.#options = options
    this.#pace = new Pace(options.clock, options.bundleSize)
    this.#calls = new AsyncCalls(region.asyncSteps, options.clock, () => this.#wakeup.wake())
    for (const split of splits) split.read.addSplit(split.id)
    this.#forget = region.reads.map((read) => read.onEstimate(() => this.#wakeup.wake()))
  }

  /** Ends the loop after the quantum in hand. Whatever was asked first can still be cancelled. */
  stop(how: Stop): void {
    this.#stop = how
    this.#wakeup.wake()
  }

  /** Lets a waiting loop look at what is due. */
  wake(): void {
    this.#wakeup.wake()
  }

  async run(): Promise<LoopEnd> {
    let quanta = 0
    while (this.#stop === undefined) {
      this.#tick()
      const busy = this.#options.busy()
      if (busy) await busy
      if (this.#options.checkpoints?.isDue(this.#region.now)) await this.#checkpoint(this.#options.checkpoints)
      const split = this.#calls.isFull ? undefined : this.#next()
      if (split) await this.#quantum(split)
      else if (this.#isFinished) return 'finished'
      else await this.#wait()
      quanta++
      if (quanta >= QUANTA_PER_BREATH) {
        quanta = 0
        await this.#breathe()
      }
    }
    if (this.#stop !== 'cancelled') for (const split of this.#splits) this.#push(split)
    return this.#stop
  }

  /**
   * Waits for the calls that are at work at the end of input or that it set off, unless the run stops before; answers how it
   * ended. They may take long, so that checkpoints go on.
   */
  async finishCalls(end: LoopEnd): Promise<LoopEnd> {
    if (end !== 'finished' && end !== 'drained') return end
    const { busy, checkpoints } = this.#options
    for (this.#tick(); !this.#calls.isEmpty; this.#tick()) {
      if (this.#stop === 'cancelled') return 'cancelled'
      await busy()
      if (checkpoints?.isDue(this.#region.now)) await this.#checkpoint(checkpoints)
      await this.#wait()
    }
    return end
  }

  /** Gives up calls in flight, and hears of nothing any more. */
  close(): void {
    for (const forget of this.#forget) forget()
    this.#calls.close()
  }

  get #isFinished(): boolean {
    return this.#calls.isEmpty && this.#splits.every(({ status }) => status === 'ended')
  }

  async #checkpoint(checkpoints: LoopCheckpoints): Promise<void> {
    for (const split of this.#splits) this.#push(split)
    await this.#options.busy()
    await checkpoints.take()
    this.#pace.careful()
  }

  async #breathe(): Promise<void> {
    this.#options.onBreath()
    await yieldToHost()
    this.#pace.breathed()
  }

  /** Brings the region up to date: deadlines fire, quiet splits are asked or become idle, lingering values go, calls end and begin. */
  #tick(): void {
    const now = this.#options.clock.now()
    if (now > this.#region.now) {
      this.#options.onClock(now)
      this.#region.advanceClock(now)
    }
    for (const split of this.#splits) {
      if (split.lingering.length > 0 && now >= split.lingeringSince + this.#options.linger) this.#push(split)
      // A split whose values linger is not quiet.
      if (split.status === 'waiting' && split.lingering.length === 0 && split.read.idleAt(split.id) <= now) {
        this.#region.step(split.read, () => split.read.setIdle(split.id, true))
      }
      const estimate =
        split.status === 'waiting' && split.lingering.length === 0 ? split.read.quietEstimate(split.id) : undefined
      if (estimate !== undefined) this.#region.step(split.read, () => split.read.takeEstimate(split.id, estimate))
    }
    for (const { node, call, outcome } of this.#calls.takeEnded()) {
      this.#options.onCompletion(node.path, call, outcome)
      this.#region.complete(node.path, call, outcome)
    }
    this.#calls.begin()
  }

  /** The ready split with the lowest watermark; ties go to the one named first. */
  #next(): SplitPull | undefined {
    let next: SplitPull | undefined
    let least = Number.POSITIVE_INFINITY
    for (const split of this.#splits) {
      if (split.status !== 'ready') continue
      const watermark = split.read.watermarkOf(split.id)
      if (next !== undefined && watermark >= least) continue
      next = split
      least = watermark
    }
    return next
  }

  /** Reads one quantum from a split, however many reads that takes. */
  async #quantum(split: SplitPull): Promise<void> {
    const { quantum } = this.#options
    const pace = this.#pace
    for (let left = quantum; left > 0 && split.status === 'ready' && this.#stop === undefined; ) {
      const answer = pull(split, Math.min(left, pace.limit), () => this.#wakeup.wake())
      const result = 'then' in answer ? await answer : answer
      left -= Math.max(1, result.values.length)
      const claimed = this.#options.checkpoints?.claim(split)
      if (claimed) await claimed
      pace.bundleBegins()
      this.#take(split, result)
      pace.bundleEnds()
      if (pace.isSpent) await this.#breathe()
    }
    if (split.status === 'ended') {
      this.#push(split)
      this.#region.step(split.read, () => split.read.finish(split.id))
    }
  }

  #take(split: SplitPull, { values, failures, status }: ReadResult<unknown>): void {
    const { linger, bundleSize } = this.#options
    const mayLinger = linger > 0 && split.isLive && status !== 'end' && !failures?.length
    if (mayLinger && split.lingering.length + values.length < bundleSize) {
      if (split.lingering.length === 0) split.lingeringSince = this.#options.clock.now()
      split.lingering.push(...values)
      return
    }
    this.#push(split)
    this.#feed(split, values, failures)
  }

  #push(split: SplitPull): void {
    if (split.lingering.length === 0) return
    const values = split.lingering
    split.lingering = []
    this.#feed(split, values)
  }

  #feed(split: SplitPull, values: readonly unknown[], failures?: readonly ReadFailure[]): void {
    if (values.length > 0 || failures) this.#region.step(split.read, () => split.read.take(split.id, values, failures))
  }

  /** Nothing is ready: sleeps until a split, the clock or the caller has something. */
  async #wait(): Promise<void> {
    this.#options.onBreath()
    const at = this.#nextTime()
    const forget =
      at === Number.POSITIVE_INFINITY ? undefined : this.#options.clock.wakeAt(at, () => this.#wakeup.wake())
    await this.#wakeup.next()
    this.#pace.breathed()
    forget?.()
  }

  #nextTime(): Timestamp {
    const { nextLook, checkpoints } = this.#options
    let at = Math.min(this.#region.nextDeadline, nextLook(), checkpoints?.nextAt ?? Number.POSITIVE_INFINITY)
    for (const split of this.#splits) {
      if (split.lingering.length > 0) at = Math.min(at, split.lingeringSince + this.#options.linger)
      else if (split.status === 'waiting') at = Math.min(at, split.read.idleAt(split.id))
    }
    return at
  }
}
