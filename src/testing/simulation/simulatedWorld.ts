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
  /** Calls so far, over all processes. */
  calls = 0
  /** Crashes so far; a process belongs to the one that came before it. */
  crashes = 0
  /** Orderly failures so far. */
  failures = 0

  /** `usualCalls` is how many calls a run without faults makes. */
  constructor(faults: readonly Fault[], usualCalls: number) {
    this.#faults = new Map(faults.map(({ at, kind }) => [Math.floor((at * usualCalls) / 1000), kind]))
  }

  /** A process that starts now. */
  process(): SimulatedProcess {
    const born = this.crashes
    return {
      isAlive: () => this.crashes === born,
      call: (effect) => this.#call(born, effect),
      callNow: (effect) => this.#callNow(born, effect),
    }
  }

  #strike(born: number): Fault['kind'] | undefined {
    if (this.crashes !== born) throw new Gone()
    const fault = this.#faults.get(this.calls++)
    if (fault === 'crash') this.#crash()
    if (fault === 'fail') {
      this.failures++
      throw new Error('a simulated failure')
    }
    return fault
  }

  #callNow<R>(born: number, effect: () => R): R {
    const fault = this.#strike(born)
    const result = effect()
    if (fault === 'crash after') this.#crash()
    return result
  }

  async #call<R>(born: number, effect: () => R | Promise<R>): Promise<R> {
    const fault = this.#strike(born)
    if (fault === 'slow') for (let turn = 0; turn < SLOW_TURNS; turn++) await yieldToHost()
    if (this.crashes !== born) throw new Gone()
    const result = await effect()
    if (fault === 'crash after') this.#crash()
    // What settles after its process is gone reaches nobody.
    if (this.crashes !== born) throw new Gone()
    return result
  }

  #crash(): never {
    this.crashes++
    throw new Gone()
  }
}

/** One life of the job, from a start to a crash or an end. */
export interface SimulatedProcess {
  isAlive(): boolean
  /** A call to the outside that may be slow. */
  call<R>(effect: () => R | Promise<R>): Promise<R>
  /** A call to the outside that answers at once. */
  callNow<R>(effect: () => R): R
}

/** Thrown to a process that is no more; nothing that it does with it counts. */
class Gone extends Error {
  constructor() {
    super('the simulated process has crashed')
    this.name = 'Gone'
  }
}
