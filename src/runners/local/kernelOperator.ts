/**
 * A kernel node as an RxJS operator: signals go in through `next`, what the node sends comes out. RxJS gives composition,
 * fan-out, teardown and the error path; it decides no order of results.
 */
import { Observable, type OperatorFunction, Subject } from 'rxjs'
import type { Signal } from '../../core/bundle.ts'
import { errorAt } from '../../core/errorAt.ts'
import type { KernelNode } from '../../kernel/kernelNode.ts'

/** A signal with the number of the node's input that it is for. */
export interface InputSignal {
  readonly input: number
  readonly signal: Signal
}

type Send = (signal: Signal) => void

export interface KernelOperator {
  /** From the node's inputs to its main output. */
  readonly operator: OperatorFunction<InputSignal, Signal>
  /** Where the node sends its main signals while subscribed. */
  readonly sendMain: Send
  /** Every other port: its observable, and where the node sends that port's signals. */
  side(): { readonly signals: Observable<Signal>; readonly send: Send }
  /** Called with what a node threw outside of `next` (a clock step, a settle). */
  fail(error: unknown): void
}

/** `node` is asked for at the first signal: it can only be made once all its ports are known. */
export function kernelOperator(node: () => KernelNode): KernelOperator {
  const main = new Subject<Signal>()
  const sides: Subject<Signal>[] = []
  const fail = (error: unknown): void => {
    for (const side of sides) side.error(error)
    main.error(error)
  }
  return {
    operator: (inputs) =>
      new Observable<Signal>((subscriber) => {
        const output = main.subscribe(subscriber)
        const input = inputs.subscribe({
          next: (incoming) => {
            try {
              node().push(incoming.input, incoming.signal)
            } catch (error) {
              fail(errorAt(node().path, error))
            }
          },
          error: fail,
          complete: () => {
            for (const side of sides) side.complete()
            main.complete()
          },
        })
        return () => {
          input.unsubscribe()
          output.unsubscribe()
        }
      }),
    sendMain: (signal) => main.next(signal),
    side() {
      const subject = new Subject<Signal>()
      sides.push(subject)
      return { signals: subject, send: (signal) => subject.next(signal) }
    },
    fail,
  }
}
