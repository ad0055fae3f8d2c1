import { bytesToHex } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import type { NodeCapture, NodeRestore, StateEntry } from '../../../src/core/checkpoint.ts'
import { valueCoder } from '../../../src/core/coders/valueCoder.ts'
import type { StepRun } from '../../../src/runners/local/runStepLog.ts'
import { type Reached, reach } from './law.ts'

/** After each step: how many entries of each node's capture at hand are read, and whether the next barrier passes. */
export const captures = fc.array(fc.record({ reads: fc.nat({ max: 2 }), begins: fc.boolean() }), {
  minLength: 12,
  maxLength: 12,
})

/** What a store keeps of a node's captures: the last head, and the last value of each key. */
export class CaptureChain {
  readonly #reached: Reached
  readonly #kept = new Map<string, StateEntry>()
  #head: unknown
  #reading: Iterator<StateEntry> | undefined

  constructor(reached: Reached) {
    this.#reached = reached
  }

  /** A new capture: what was left of the one before is read now, as a slow store would. */
  begin(capture: NodeCapture): void {
    if (this.read(Number.POSITIVE_INFINITY) > 0) reach(this.#reached, 'unread')
    if (capture.isWhole) this.#kept.clear()
    else reach(this.#reached, 'parts')
    this.#head = decoded(valueCoder.encode(capture.head))
    this.#reading = capture.entries[Symbol.iterator]()
  }

  read(count: number): number {
    let done = 0
    for (; done < count; done++) {
      const next = this.#reading?.next()
      if (next === undefined || next.done === true) break
      const { key, value } = next.value
      const id = bytesToHex(key)
      const before = this.#kept.get(id)
      if (value === undefined) reach(this.#reached, 'gone')
      else if (before !== undefined && before.value === undefined) reach(this.#reached, 'back')
      this.#kept.set(id, { key, value: value === undefined ? undefined : valueCoder.encode(value) })
      if (count < Number.POSITIVE_INFINITY) reach(this.#reached, 'readLater')
    }
    return done
  }

  state(): { readonly head: unknown; readonly entries: readonly StateEntry[] } {
    this.read(Number.POSITIVE_INFINITY)
    const entries = [...this.#kept.values()].flatMap(({ key, value }) =>
      value === undefined ? [] : [{ key, value: decoded(value as Uint8Array) }],
    )
    return { head: this.#head, entries: entries.reverse() }
  }
}

function decoded(bytes: Uint8Array): unknown {
  return valueCoder.decode(bytes)
}

/** The captures of all nodes of a run. */
export class CaptureChains {
  readonly #chains = new Map<string, CaptureChain>()
  readonly #reached: Reached

  constructor(reached: Reached) {
    this.#reached = reached
  }

  begin(run: StepRun): { readonly now: number; readonly ordinal: number } {
    const { now, ordinal, nodes } = run.barrier()
    for (const [path, capture] of nodes) {
      const chain = this.#chains.get(path) ?? new CaptureChain(this.#reached)
      this.#chains.set(path, chain)
      chain.begin(capture)
    }
    return { now, ordinal }
  }

  read(count: number): void {
    for (const chain of this.#chains.values()) chain.read(count)
  }

  states(): ReadonlyMap<string, NodeRestore> {
    return new Map([...this.#chains].map(([path, chain]) => [path, chain.state()]))
  }
}
