/** One parDo with everything that a fused chain leaves out: side outputs, a failed output, life-cycle hooks. */
import type { Bundle, Signal } from '../../core/bundle.ts'
import { DataflowError } from '../../core/errors.ts'
import { FAILED, type FailedElement, MAIN, type ParDoSpec, type TaggedOutput, tagOf } from '../../core/node.ts'
import type { KernelNode, PortSpec } from '../kernelNode.ts'
import { Outlet } from '../outlet.ts'
import { walkBundle } from '../walkBundle.ts'
import { RowContext } from './rowContext.ts'
import { userCodeError } from './userCodeError.ts'

/** What one call brought: rows for ports, applied together once the callback has returned (R118). */
interface Output {
  readonly port: string
  readonly value: unknown
  readonly key: unknown
}

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
    this.#hook('setup')
  }

  teardown(): void {
    this.#hook('teardown')
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
    this.#hook('startBundle')
    for (const outlet of outlets) outlet.startBundle(signal.atomic)
    const context = this.#context
    walkBundle(
      signal,
      (row) => this.#row(signal, row, context),
      (watermark, ordinal) => {
        for (const outlet of outlets) outlet.move(watermark, ordinal)
      },
    )
    this.#hook('finishBundle')
    for (const outlet of outlets) outlet.flush()
  }

  #row(bundle: Bundle, row: number, context: RowContext): void {
    const value = bundle.values[row]
    context.row = row
    context.key = bundle.keys?.[row]
    let outputs: readonly Output[]
    try {
      outputs = this.#call(value, context)
    } catch (error) {
      if (this.#spec.onError === 'fail') throw userCodeError(this.path, error, value, context)
      this.#failures++
      const failed: FailedElement<unknown> = { element: value, step: this.path, error }
      outputs = [{ port: FAILED, value: failed, key: context.key }]
    }
    for (const output of outputs) this.#send(bundle, row, output)
  }

  #call(value: unknown, context: RowContext): readonly Output[] {
    const { form, fn } = this.#spec
    const { key } = context
    const result = fn(value, context)
    switch (form) {
      case 'map':
        return [{ port: MAIN, value: result, key }]
      case 'filter':
        return result ? [{ port: MAIN, value, key }] : []
      case 'key':
        return [{ port: MAIN, value, key: result }]
      case 'unkey':
        return [{ port: MAIN, value: result, key: undefined }]
      case 'peek':
        return [{ port: MAIN, value, key }]
      case 'flatMap':
        // The callback's contract: an iterable or nothing.
        return result === undefined ? [] : Array.from(result as Iterable<unknown>, (item) => this.#portOf(item, key))
      default: {
        const unknown: never = form
        return unknown
      }
    }
  }

  #portOf(item: unknown, key: unknown): Output {
    const tag = this.#spec.sides.length > 0 ? tagOf(item) : undefined
    if (tag === undefined) return { port: MAIN, value: item, key }
    if (!this.#spec.sides.includes(tag)) {
      throw new DataflowError('UNKNOWN_PORT', {
        step: this.path,
        problem: `it yielded a value tagged "${tag}", but its side outputs are ${this.#spec.sides.join(', ')}.`,
        remedy: 'Name the side output in the step, or mend the tag.',
      })
    }
    return { port: tag, value: (item as TaggedOutput<string, unknown>).value, key }
  }

  #send(bundle: Bundle, row: number, { port, value, key }: Output): void {
    this.#outlets.get(port)?.rowFrom(bundle, row, value, key)
  }

  #hook(name: 'setup' | 'startBundle' | 'finishBundle' | 'teardown'): void {
    try {
      this.#spec.lifecycle?.[name]?.()
    } catch (error) {
      throw new DataflowError('USER_CODE_FAILED', {
        step: this.path,
        problem: `its ${name} hook threw "${error instanceof Error ? error.message : String(error)}".`,
        remedy: 'Mend the hook.',
        cause: error,
      })
    }
  }
}
