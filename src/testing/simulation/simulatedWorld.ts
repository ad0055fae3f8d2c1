/**
 * The outside of a simulated run: what survives when its process does not. Every call to a source, a sink or the store goes
 * through `call`, which is where faults strike. A process that has crashed can do nothing more to the world.
 */
import { yieldToHost } from '../../runners/local/yieldToHost.ts'
import type { Fault } from './faultScript.ts'

/** How many turns of the host a slow call waits. */
const SLOW_TURNS = 3

export class SimulatedWorld {
  readonly #faults: ReadonlyMap<number, Fault['kind']>
  /** What the store is at, in whatever time it takes. */
  readonly #pending = new Set<Promise<unknown>>()
  /** Calls so far, over all processes. */
  calls = 0
  /** Crashes so far; a process belongs to the one that came before it. */
  crashes = 0
  /** Orderly failures so far. */
  failures = 0
  /** Attempts of calls that failed or ran out of time, and were made again. */
  retries = 0
  /** Reads whose elements came twice. */
  duplicates = 0

  /** `usualCalls` is how many calls a run without faults makes. */
  constructor(faults: readonly Fault[], usualCalls: number) {
    this.#faults = new Map(faults.map(({ at, kind }) => [Math.floor((at * usualCalls) / 1000), kind]))
  }

  /** A process that starts now. */
  process(): SimulatedProcess {
    const born = this.crashes
    return {
      isAlive: () => this.crashes === born,
      turn: () => this.#turn(),
      track: (work) => this.#track(work),
      call: async (effect) => this.#call(born, this.#fails(born), effect),
      read: async (effect) => {
        const fault = this.#fails(born)
        const result = await this.#call(born, fault, effect)
        if (fault !== 'twice') return result
        this.duplicates++
        return { ...result, values: [...result.values, ...result.values] }
      },
      attempt: (effect, limits) => this.#attempt(born, effect, limits),
    }
  }

  /** Lets everything else run. The store has done by then what it was asked for, so that no real time shows. */
  async #turn(): Promise<void> {
    await yieldToHost()
    if (this.#pending.size > 0) await Promise.allSettled(this.#pending)
  }

  async #track<R>(work: Promise<R>): Promise<R> {
    this.#pending.add(work)
    try {
      return await work
    } finally {
      this.#pending.delete(work)
    }
  }

  /** The fault of the next call. Throws where the call is not to have any effect. */
  #strike(born: number): Fault['kind'] | undefined {
    if (this.crashes !== born) throw new Gone()
    const fault = this.#faults.get(this.calls++)
    if (fault === 'crash') this.#crash()
    return fault
  }

  #fails(born: number): Fault['kind'] | undefined {
    const fault = this.#strike(born)
    if (fault !== 'fail') return fault
    this.failures++
    throw new Error('a simulated failure')
  }

  async #call<R>(born: number, fault: Fault['kind'] | undefined, effect: () => R | Promise<R>): Promise<R> {
    if (fault === 'slow') for (let turn = 0; turn < SLOW_TURNS; turn++) await this.#turn()
    if (this.crashes !== born) throw new Gone()
    const result = await effect()
    if (fault === 'crash after') this.#crash()
    // What settles after its process is gone reaches nobody.
    if (this.crashes !== born) throw new Gone()
    return result
  }

  async #attempt<R>(born: number, effect: () => R | Promise<R>, limits: AttemptLimits): Promise<R> {
    const fault = this.#strike(born)
    const isRetried = limits.isRetried && (fault === 'fail' || (fault === 'slow' && limits.hasTimeout))
    if (isRetried) this.retries++
    if (fault === 'fail' && (isRetried || limits.endsRun)) {
      if (!isRetried) this.failures++
      throw new Error('a simulated failure')
    }
    // Nobody hears of it before its time has run out.
    if (isRetried) return new Promise(() => {})
    return this.#call(born, fault, effect)
  }

  #crash(): never {
    this.crashes++
    throw new Gone()
  }
}

/** One life of the job, from a start to a crash or an end. */
export interface SimulatedProcess {
  isAlive(): boolean
  /** Waits until everything else that can has run. */
  turn(): Promise<void>
  /** Work of the store, which takes real time. */
  track<R>(work: Promise<R>): Promise<R>
  /** A call to the outside. Throws, or rejects, where it fails. */
  call<R>(effect: () => R | Promise<R>): Promise<R>
  /** A read of a source, whose elements may come twice. */
  read<R extends { readonly values: readonly unknown[] }>(effect: () => R | Promise<R>): Promise<R>
  /** An attempt of a call of an asynchronous step. */
  attempt<R>(effect: () => R | Promise<R>, limits: AttemptLimits): Promise<R>
}

/** What becomes of an attempt that fails: a last one either ends the run, or may not fail, since its row would be another. */
export interface AttemptLimits {
  readonly isRetried: boolean
  readonly hasTimeout: boolean
  readonly endsRun: boolean
}

/** Thrown to a process that is no more; nothing that it does with it counts. */
class Gone extends Error {
  constructor() {
    super('the simulated process has crashed')
    this.name = 'Gone'
  }
}
