/**
 * P11 for what a checkpoint takes of a stateful step: a chain of captures, each with what changed since the one before,
 * read bit by bit while the step goes on, gives a fresh node the state that the step had at the last of them.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Signal } from '../../src/core/bundle.ts'
import type { NodeCapture, StateEntry } from '../../src/core/checkpoint.ts'
import { valueCoder } from '../../src/core/coders/valueCoder.ts'
import { isDataflowError } from '../../src/core/errors.ts'
import type { Plan } from '../../src/core/graph.ts'
import { NO_PANE } from '../../src/core/pane.ts'
import type { LogStep } from '../../src/core/stepLog.ts'
import { MAX_TIMESTAMP } from '../../src/core/time.ts'
import { BundleBuffer } from '../../src/kernel/bundleBuffer.ts'
import { allDrivers } from '../../src/kernel/drivers/allDrivers.ts'
import type { KernelNode, RunContext } from '../../src/kernel/kernelNode.ts'
import { type KernelUnit, kernelPlan } from '../../src/kernel/kernelUnits.ts'
import { disorderedLogs } from '../../src/testing/arbitraries/disorderedLogs.ts'
import type { ScriptedValue } from '../../src/testing/arbitraries/scriptedValue.ts'
import { windowingDescriptions } from '../../src/testing/arbitraries/windowingDescriptions.ts'
import { CaptureChain } from './support/captureChain.ts'
import { checkLaw, type Reached, reach } from './support/law.ts'
import { programs } from './support/statefulPrograms.ts'
import { STATE, statefulPlan } from './support/statefulShapes.ts'

const windowings = windowingDescriptions({ kinds: ['tumbling', 'sliding', 'global'], panes: ['accumulating'] })
const logs = disorderedLogs({ allowedLateness: 3, maxSteps: 16, keys: 3, ends: false })
/** After each step: how many entries of the capture at hand are read, and whether the next one begins. */
const plansOfCapture = fc.array(fc.record({ reads: fc.nat({ max: 2 }), begins: fc.boolean() }), {
  minLength: 16,
  maxLength: 16,
})

test('P11: a chain of captures gives back the state of a stateful step', () => {
  const reached: Reached = { parts: 0, gone: 0, readLater: 0, unread: 0, back: 0, rowsAfter: 0 }
  checkLaw(
    fc.property(programs, windowings, logs, plansOfCapture, fc.nat(), (program, windowing, log, captures, seed) => {
      const plan = statefulPlan('alone', program, program, windowing)
      const cut = seed % (log.steps.length + 1)
      const driver = new Driver(plan)
      const chain = new CaptureChain(reached)
      try {
        for (const [at, step] of log.steps.slice(0, cut).entries()) {
          driver.apply(step)
          const { reads, begins } = captures[at] ?? { reads: 0, begins: false }
          chain.read(reads)
          if (begins) chain.begin(driver.capture())
        }
        chain.begin(driver.capture())
        const saved = driver.saved()
        // What happens from here on changes nothing of what was captured.
        const other = new Driver(plan)
        const later = log.steps.slice(cut)
        for (const step of later.slice(0, 8)) driver.apply(step)
        other.resume(chain.state(), driver.clockAtCapture)
        expect(other.saved()).toEqual(saved)
        const before = driver.linesAtCapture
        for (const step of later.slice(8)) driver.apply(step)
        for (const step of later) other.apply(step)
        // What was resumed goes on with the chain.
        chain.begin(other.capture())
        const third = new Driver(plan)
        third.resume(chain.state(), other.clockAtCapture)
        expect(third.saved()).toEqual(other.saved())
        driver.end()
        other.end()
        expect(other.lines).toEqual(driver.lines.slice(before))
        if (other.lines.length > 0) reach(reached, 'rowsAfter')
      } catch (error) {
        if (!isDataflowError(error)) throw error
      }
    }),
    400,
    reached,
  )
})

/** The stateful node of a plan without a runner. */
class Driver {
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

  constructor(plan: Plan) {
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

  resume(state: { readonly head: unknown; readonly entries: readonly StateEntry[] }, now: number): void {
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
