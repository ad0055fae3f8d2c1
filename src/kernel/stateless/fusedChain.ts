/** A run of stateless steps as one node: one loop, one output bundle per input bundle. */
import type { Bundle, Signal } from '../../core/bundle.ts'
import { BundleBuffer } from '../bundleBuffer.ts'
import type { KernelNode, PortSpec } from '../kernelNode.ts'
import { walkRuns } from '../walkBundle.ts'
import { type ChainLoop, type ChainStep, composedLoop, generatedLoop } from './chainLoop.ts'
import { RowContext } from './rowContext.ts'
import { userCodeError } from './userCodeError.ts'

export interface NamedStep extends ChainStep {
  readonly path: string
}

class ChainRowContext extends RowContext {
  step = 0
  value: unknown = undefined
}

export class FusedChain implements KernelNode {
  readonly path: string
  readonly #steps: readonly NamedStep[]
  readonly #loop: ChainLoop
  readonly #out: BundleBuffer
  readonly #context: ChainRowContext
  readonly #send: ((signal: Signal) => void) | undefined

  constructor(path: string, steps: readonly NamedStep[], main: PortSpec, mayGenerate: boolean) {
    this.path = path
    this.#steps = steps
    this.#out = new BundleBuffer(main.shape)
    this.#context = new ChainRowContext(this.#out)
    this.#send = main.send
    this.#loop = (mayGenerate ? generatedLoop(steps, path) : undefined) ?? composedLoop(steps)
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle') {
      this.#send?.(signal)
      return
    }
    const out = this.#out
    out.clear()
    out.atomic = signal.atomic
    this.#context.bundle = signal
    walkRuns(
      signal,
      (from, to) => this.#run(signal, from, to),
      (watermark, ordinal) => out.appendMove(watermark, ordinal),
    )
    if (out.length > 0 || out.moves.length > 0) this.#send?.(out)
  }

  #run(bundle: Bundle, from: number, to: number): void {
    const context = this.#context
    try {
      this.#loop(bundle, from, to, this.#out, context)
    } catch (error) {
      throw userCodeError(this.#steps[context.step]?.path ?? this.path, error, context.value, context)
    }
  }
}
