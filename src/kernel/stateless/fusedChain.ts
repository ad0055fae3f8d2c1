/** A run of stateless steps as one node: one output bundle per input bundle. */
import type { Bundle, Signal } from '../../core/bundle.ts'
import { BundleView } from '../bundleView.ts'
import type { KernelNode, PortSpec } from '../kernelNode.ts'
import type { ChainRun, ChainStep } from './chainRun.ts'
import { generatedChain } from './generatedChain.ts'
import { RowContext } from './rowContext.ts'
import { steppedChain } from './steppedChain.ts'
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
  readonly #run: ChainRun
  readonly #context: ChainRowContext
  readonly #send: ((signal: Signal) => void) | undefined

  constructor(
    path: string,
    steps: readonly NamedStep[],
    { shape, send }: PortSpec,
    options: { readonly mayGenerate: boolean; readonly seesWindow: boolean },
  ) {
    this.path = path
    this.#steps = steps
    this.#context = new ChainRowContext(new BundleView(shape))
    this.#context.seesWindow = options.seesWindow
    this.#send = send
    this.#run = (options.mayGenerate ? generatedChain(steps, path, shape) : undefined) ?? steppedChain(steps, shape)
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle') {
      this.#send?.(signal)
      return
    }
    const context = this.#context
    context.bundle = signal
    context.key = undefined
    let out: Bundle
    try {
      out = this.#run(signal, context)
    } catch (error) {
      throw userCodeError(this.#steps[context.step]?.path ?? this.path, error, context.value, context)
    }
    if (out.length > 0 || out.moves.length > 0) this.#send?.(out)
  }
}
