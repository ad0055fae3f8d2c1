/** One parDo with everything that a fused chain leaves out: side outputs, a failed output, life-cycle hooks. */
import type { Bundle, Signal } from '../../core/bundle.ts'
import { FAILED, type FailedElement, type ParDoSpec } from '../../core/node.ts'
import type { KernelNode, PortSpec } from '../kernelNode.ts'
import { Outlet } from '../outlet.ts'
import { walkBundle } from '../walkBundle.ts'
import { callHook, callParDo, type ParDoOutput } from './callParDo.ts'
import { RowContext } from './rowContext.ts'
import { userCodeError } from './userCodeError.ts'

export class ParDoNode implements KernelNode {
  readonly path: string
  readonly #spec: ParDoSpec
  readonly #outlets: ReadonlyMap<string, Outlet>
  #context: RowContext | undefined
  #failures = 0

  constructor(path: string, spec: ParDoSpec, ports: Readonly<Record<string, PortSpec>>) {
    this.path = path
    this.#spec = spec
    this.#outlets = new Map(Object.entries(ports).map(([name, port]) => [name, new Outlet(port)]))
  }

  setup(): void {
    callHook(this.path, this.#spec, 'setup')
  }

  teardown(): void {
    callHook(this.path, this.#spec, 'teardown')
  }

  failures(): number {
    return this.#failures
  }

  push(_input: number, signal: Signal): void {
    const outlets = [...this.#outlets.values()]
    if (signal.kind !== 'bundle') {
      for (const outlet of outlets) outlet.signal(signal)
      return
    }
    this.#context ??= new RowContext(signal)
    this.#context.bundle = signal
    callHook(this.path, this.#spec, 'startBundle')
    for (const outlet of outlets) outlet.startBundle(signal.atomic)
    const context = this.#context
    walkBundle(
      signal,
      (row) => this.#row(signal, row, context),
      (watermark, ordinal) => {
        for (const outlet of outlets) outlet.move(watermark, ordinal)
      },
    )
    callHook(this.path, this.#spec, 'finishBundle')
    for (const outlet of outlets) outlet.flush()
  }

  #row(bundle: Bundle, row: number, context: RowContext): void {
    const value = bundle.values[row]
    context.row = row
    context.key = bundle.keys?.[row]
    let outputs: readonly ParDoOutput[]
    try {
      outputs = callParDo(this.path, this.#spec, value, context)
    } catch (error) {
      if (this.#spec.onError === 'fail') throw userCodeError(this.path, error, value, context)
      this.#failures++
      const failed: FailedElement<unknown> = { element: value, step: this.path, error }
      outputs = [{ port: FAILED, value: failed, key: context.key }]
    }
    for (const output of outputs) this.#send(bundle, row, output)
  }

  #send(bundle: Bundle, row: number, { port, value, key }: ParDoOutput): void {
    this.#outlets.get(port)?.rowFrom(bundle, row, value, key)
  }
}
