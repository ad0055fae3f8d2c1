import type { Signal } from '../../../src/core/bundle.ts'
import type { NodeCapture, NodeRestore } from '../../../src/core/checkpoint.ts'
import { valueCoder } from '../../../src/core/coders/valueCoder.ts'
import type { Plan } from '../../../src/core/graph.ts'
import { NO_PANE } from '../../../src/core/pane.ts'
import type { LogStep } from '../../../src/core/stepLog.ts'
import { MAX_TIMESTAMP } from '../../../src/core/time.ts'
import { BundleBuffer } from '../../../src/kernel/bundleBuffer.ts'
import { allDrivers } from '../../../src/kernel/drivers/allDrivers.ts'
import type { KernelNode, RunContext } from '../../../src/kernel/kernelNode.ts'
import { type KernelUnit, kernelPlan } from '../../../src/kernel/kernelUnits.ts'
import { overflowInto } from '../../../src/kernel/stateful/overflow.ts'
import { memoryScratch } from '../../../src/state/memoryEntries.ts'
import type { ScriptedValue } from '../../../src/testing/arbitraries/scriptedValue.ts'
import { STATE } from './statefulShapes.ts'

/** The stateful node of a plan, the step STATE, without a runner. */
export class StateDriver {
  readonly lines: string[] = []
  linesAtCapture = 0
  clockAtCapture = 0
  readonly #context: RunContext = { now: 0, ordinal: 0, usesOrdinals: false }
  readonly #node: KernelNode
  readonly #bundle = new BundleBuffer({
    keyed: true,
    windowed: false,
    placed: false,
    assigned: false,
    paned: false,
    retracting: false,
    ordinals: false,
  })

  /** `keysInMemory`: how many keys have records; all when left out. */
  constructor(plan: Plan, keysInMemory?: number) {
    if (keysInMemory !== undefined) this.#context.openOverflow = overflowInto(memoryScratch(), keysInMemory)
    const kernel = kernelPlan(plan, allDrivers, { mayFuse: false, mayGenerate: true, isWatched: () => true })
    const unit = kernel.units.find(({ path }) => path === STATE) as KernelUnit
    const send = (port: string) => (signal: Signal) => this.#take(port, signal)
    const sends = Object.fromEntries(unit.ports.map((port) => [port, send(port)]))
    this.#node = kernel.create(unit, this.#context, { sends, takeRows: () => {} })
  }

  apply(step: LogStep): void {
    if (step.kind === 'clock') {
      for (let due = this.#deadline; due <= step.to; due = this.#deadline) {
        this.#context.now = due
        this.#node.onClock?.(due, 0)
      }
      this.#context.now = step.to
      return
    }
    const bundle = this.#bundle
    bundle.clear()
    if (step.kind === 'element') {
      const { key } = step.value as ScriptedValue
      bundle.append(step.value, step.timestamp ?? 0, key, undefined, NO_PANE, false, 0)
    } else if (step.kind === 'watermark') bundle.appendMove(step.to, 0)
    this.#node.push(0, bundle)
  }

  end(): void {
    this.apply({ kind: 'watermark', to: MAX_TIMESTAMP })
  }

  saved(): string {
    return textOf(this.#node.snapshot?.())
  }

  capture(): NodeCapture {
    this.linesAtCapture = this.lines.length
    this.clockAtCapture = this.#context.now
    return this.#node.capture?.() as NodeCapture
  }

  resume(state: NodeRestore, now: number): void {
    this.#context.now = now
    this.#node.resume?.(state)
  }

  get #deadline(): number {
    return this.#node.nextDeadline?.() ?? Number.POSITIVE_INFINITY
  }

  #take(port: string, signal: Signal): void {
    if (signal.kind !== 'bundle') return
    for (let row = 0; row < signal.length; row++) {
      const value = signal.values[row]
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      this.lines.push(`${port} ${String(signal.keys?.[row])} ${text} @${signal.timestamps[row]}`)
    }
  }
}

function textOf(value: unknown): string {
  return new TextDecoder().decode(valueCoder.encode(value))
}
