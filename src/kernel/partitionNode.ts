/** Each row to one of several ports, by the author's function. */
import type { Signal } from '../core/bundle.ts'
import { DataflowError, showValue } from '../core/errors.ts'
import type { PartitionSpec } from '../core/node.ts'
import type { KernelNode, PortSpec } from './kernelNode.ts'
import { Outlet } from './outlet.ts'
import { RowContext } from './stateless/rowContext.ts'
import { userCodeError } from './stateless/userCodeError.ts'
import { walkBundle } from './walkBundle.ts'

export class PartitionNode implements KernelNode {
  readonly path: string
  readonly #spec: PartitionSpec
  readonly #outlets: readonly Outlet[]
  #context: RowContext | undefined

  constructor(path: string, spec: PartitionSpec, ports: Readonly<Record<string, PortSpec>>) {
    this.path = path
    this.#spec = spec
    this.#outlets = Array.from({ length: spec.ways }, (_, way) => new Outlet(ports[String(way)] as PortSpec))
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle') {
      for (const outlet of this.#outlets) outlet.signal(signal)
      return
    }
    this.#context ??= new RowContext(signal)
    this.#context.bundle = signal
    for (const outlet of this.#outlets) outlet.startBundle(signal.atomic)
    const context = this.#context
    walkBundle(
      signal,
      (row) => {
        const value = signal.values[row]
        context.row = row
        context.key = signal.keys?.[row]
        this.#outletFor(value, context).rowFrom(signal, row, value, context.key)
      },
      (watermark, ordinal) => {
        for (const outlet of this.#outlets) outlet.move(watermark, ordinal)
      },
    )
    for (const outlet of this.#outlets) outlet.flush()
  }

  #outletFor(value: unknown, context: RowContext): Outlet {
    let way: number
    try {
      way = this.#spec.fn(value, context)
    } catch (error) {
      throw userCodeError(this.path, error, value, context, 'Mend the callback.')
    }
    const outlet = this.#outlets[way]
    if (outlet) return outlet
    throw new DataflowError('INVALID_ARGUMENT', {
      step: this.path,
      problem: `the partition function gave ${showValue(way)} for element ${showValue(value)}, but there are ${this.#spec.ways} partitions.`,
      remedy: `Answer an integer from 0 to ${this.#spec.ways - 1}.`,
    })
  }
}
