/**
 * The synchronous heart of a run: applies one step of the log to the wired nodes and lets it run to quiescence before the
 * next (R117). Live runs, scripted runs and replays all go through here.
 */

import type { CallOutcome } from '../../core/asyncStep.ts'
import type { CheckpointHeader, NodeCapture, NodeRestore } from '../../core/checkpoint.ts'
import { errorAt } from '../../core/errorAt.ts'
import { DataflowError } from '../../core/errors.ts'
import type { Plan } from '../../core/graph.ts'
import type { GroupAccounting, ReadAccounting } from '../../core/runner.ts'
import { MAX_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { AsyncNode } from '../../kernel/async/asyncNode.ts'
import { resumeNode } from '../../kernel/captureNode.ts'
import type { KernelNode } from '../../kernel/kernelNode.ts'
import type { ReadNode } from '../../kernel/read/readNode.ts'
import type { OpenOverflow } from '../../kernel/stateful/overflow.ts'
import { type Wiring, type WiringOptions, wire } from './wiring.ts'

/** The whole state of a run between two steps (D10). */
export interface RegionSnapshot {
  readonly format: 1
  readonly now: Timestamp
  readonly ordinal: number
  readonly nodes: Readonly<Record<string, unknown>>
}

export class Region {
  readonly #wiring: Wiring
  #failure: { readonly error: unknown } | undefined
  #setUp: KernelNode[] = []

  constructor(plan: Plan, now: Timestamp, options: Omit<WiringOptions, 'onError'>) {
    this.#wiring = wire(plan, now, {
      ...options,
      onError: (error) => {
        this.#failure ??= { error }
      },
    })
    const { context } = this.#wiring
    if (context.usesOrdinals) {
      context.meetings = {
        nextDue: (after) => this.#nextDue(after),
        settle: () => this.#settle(),
        cutsAlways: this.#wiring.cutsAlways,
      }
    }
  }

  /** Calls the authors' setup hooks. `close` calls the teardown hooks of those that were set up. */
  setup(): void {
    for (const node of this.#wiring.nodes) {
      this.#setUp.push(node)
      node.setup?.()
    }
  }

  /** Where state goes that memory has no room for; said before anything is resumed or read. */
  overflowTo(openOverflow: OpenOverflow): void {
    this.#wiring.context.openOverflow = openOverflow
  }

  get now(): Timestamp {
    return this.#wiring.context.now
  }

  /** Ordinal of the last step. */
  get ordinal(): number {
    return this.#wiring.context.ordinal
  }

  get reads(): readonly ReadNode[] {
    return [...this.#wiring.reads.values()]
  }

  /** A read by its path; without one, the plan's only read. */
  read(path: string | undefined): ReadNode {
    const { reads } = this.#wiring
    const read = path === undefined && reads.size === 1 ? [...reads.values()][0] : reads.get(path ?? '')
    if (read) return read
    throw new DataflowError('INVALID_ARGUMENT', {
      problem: `a step is for read ${path === undefined ? '(not named)' : `"${path}"`}, but the plan has ${[...reads.keys()].join(', ')}.`,
      remedy: 'Name one of these reads in the step.',
    })
  }

  get asyncSteps(): readonly AsyncNode[] {
    return [...this.#wiring.asyncSteps.values()]
  }

  /** A call of an asynchronous step has ended. The step is named by its path; without one, it is the plan's only one. */
  complete(path: string | undefined, call: number, outcome: CallOutcome): void {
    const { asyncSteps } = this.#wiring
    const only = path === undefined && asyncSteps.size === 1 ? [...asyncSteps.values()][0] : undefined
    const node = only ?? asyncSteps.get(path ?? '')
    if (node === undefined) {
      throw new DataflowError('INVALID_ARGUMENT', {
        problem: `a call has ended of step ${path === undefined ? '(not named)' : `"${path}"`}, but the plan's asynchronous steps are ${[...asyncSteps.keys()].join(', ') || 'none'}.`,
        remedy: 'Name one of these in the step of the log.',
      })
    }
    this.step(node, () => node.complete(call, outcome))
  }

  /** Runs one step, which begins at a node, to quiescence. Throws what a node threw, as an error that names its step. */
  step(node: KernelNode, work: () => void): void {
    this.#check()
    try {
      work()
    } catch (error) {
      throw errorAt(node.path, error)
    }
    this.#settle()
    this.#check()
  }

  /** The smallest processing time at which a trigger waits; Infinity for none. */
  get nextDeadline(): Timestamp {
    let least = Number.POSITIVE_INFINITY
    for (const node of this.#wiring.nodes) least = Math.min(least, node.nextDeadline?.() ?? Number.POSITIVE_INFINITY)
    return least
  }

  /** Moves the clock, stopping at each deadline on the way, nodes in topological order (R49). */
  advanceClock(to: Timestamp): void {
    const { context, nodes } = this.#wiring
    if (to < context.now) return
    for (let due = this.nextDeadline; due <= to; due = this.nextDeadline) {
      context.now = Math.max(context.now, due)
      for (const node of nodes) {
        if ((node.nextDeadline?.() ?? Number.POSITIVE_INFINITY) > due) continue
        this.step(node, () => node.onClock?.(context.now, ++context.ordinal))
      }
    }
    context.now = to
  }

  /** All input has ended: every split of every read is finished, and none is idle before the last is. */
  end(): void {
    for (const read of this.reads) {
      for (const split of read.splitIds) this.step(read, () => read.setIdle(split, false))
      for (const split of read.splitIds) this.step(read, () => read.finish(split))
    }
  }

  get isEnded(): boolean {
    return this.reads.every((read) => read.readAccounting().watermark === MAX_TIMESTAMP)
  }

  groups(): GroupAccounting[] {
    return this.#wiring.nodes.flatMap((node) => (node.accounting ? [node.accounting()] : []))
  }

  readAccounting(): (ReadAccounting & { readonly heldSince: Timestamp })[] {
    return this.reads.map((read) => read.readAccounting())
  }

  failures(): Record<string, number> {
    return Object.fromEntries(
      this.#wiring.nodes.flatMap((node) => (node.failures ? [[node.path, node.failures()] as const] : [])),
    )
  }

  snapshot(): RegionSnapshot {
    const { context, nodes } = this.#wiring
    return {
      format: 1,
      now: context.now,
      ordinal: context.ordinal,
      nodes: Object.fromEntries(
        nodes.flatMap((node) => (node.snapshot ? [[node.path, node.snapshot()] as const] : [])),
      ),
    }
  }

  restore(snapshot: RegionSnapshot): void {
    const { context, nodes } = this.#wiring
    context.now = snapshot.now
    context.ordinal = snapshot.ordinal
    for (const node of nodes) {
      const saved = snapshot.nodes[node.path]
      if (saved !== undefined) node.restore?.(saved)
    }
  }

  /** What every node remembers, by path: captured by a barrier that passes between two steps (D10). */
  barrier(): ReadonlyMap<string, NodeCapture> {
    const captured = this.#wiring.barrier()
    this.#check()
    const missed = this.#wiring.nodes.find(({ path }) => !captured.has(path))
    if (missed) throw new RangeError(`a barrier has not reached "${missed.path}"`)
    return captured
  }

  /** Takes over what nodes remembered at a barrier, before the first step. */
  resume({ now, ordinal }: Pick<CheckpointHeader, 'now' | 'ordinal'>, states: ReadonlyMap<string, NodeRestore>): void {
    const { context, nodes } = this.#wiring
    context.now = Math.max(context.now, now)
    context.ordinal = ordinal
    for (const node of nodes) {
      const state = states.get(node.path)
      if (state !== undefined) resumeNode(node, state)
    }
  }

  /** Ends all subscriptions and calls every teardown hook, also after a failure; throws what the first to fail threw. */
  close(): void {
    this.#wiring.subscription.unsubscribe()
    const nodes = this.#setUp
    this.#setUp = []
    let failure: { readonly error: unknown } | undefined
    for (const node of nodes) {
      try {
        node.teardown?.()
      } catch (error) {
        failure ??= { error }
      }
    }
    if (failure) throw failure.error
  }

  /** Asked of every node in its own input watermark, which may run behind the reads' by fixed lags (R111). */
  #nextDue(after: Timestamp): Timestamp {
    let least = Number.POSITIVE_INFINITY
    for (const node of this.#wiring.nodes) {
      if (!node.nextDue) continue
      for (const lag of this.#wiring.lagsOf(node.path)) least = Math.min(least, node.nextDue(after - lag) + lag)
    }
    return least
  }

  #settle(): void {
    for (const node of this.#wiring.nodes) {
      try {
        node.settle?.()
      } catch (error) {
        throw errorAt(node.path, error)
      }
    }
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error
  }
}
