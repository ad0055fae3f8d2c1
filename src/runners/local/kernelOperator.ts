/**
 * A kernel node as an RxJS operator: signals go in through `next`, what the node sends comes out. RxJS gives composition,
 * fan-out, teardown and the error path; it decides no order of results.
 */
import { Observable, type OperatorFunction, Subject } from 'rxjs'
import type { Signal } from '../../core/bundle.ts'
import { errorAt } from '../../core/errorAt.ts'
import { captureNode } from '../../kernel/captureNode.ts'
import type { KernelNode } from '../../kernel/kernelNode.ts'
import type { Barrier, EdgeSignal } from './barrier.ts'

/** A signal with the number of the node's input that it is for. */
export interface InputSignal {
  readonly input: number
  readonly signal: EdgeSignal
}

type Send = (signal: Signal) => void

export interface KernelOperator {
  /** From the node's inputs to its main output. */
  readonly operator: OperatorFunction<InputSignal, EdgeSignal>
  /** Where the node sends its main signals while subscribed. */
  readonly sendMain: Send
  /** Every other port: its observable, and where the node sends that port's signals. */
  side(): { readonly signals: Observable<EdgeSignal>; readonly send: Send }
  /** A barrier has come on one input; once it has on all, the node is captured and the barrier goes on. */
  barrier(barrier: Barrier): void
}

/** `node` is asked for at the first signal: it can only be made once all its ports are known. A read has no inputs. */
export function kernelOperator(node: () => KernelNode, inputs: number): KernelOperator {
  const main = new Subject<EdgeSignal>()
  const sides: Subject<EdgeSignal>[] = []
  let waitingFor = Math.max(1, inputs)
  const fail = (error: unknown): void => {
    for (const side of sides) side.error(error)
    main.error(error)
  }
  const barrier = (arrived: Barrier): void => {
    waitingFor--
    if (waitingFor > 0) return
    waitingFor = Math.max(1, inputs)
    if (arrived.captured.has(node().path)) throw new RangeError(`a barrier came to "${node().path}" twice`)
    arrived.captured.set(node().path, captureNode(node()))
    for (const side of sides) side.next(arrived)
    main.next(arrived)
  }
  return {
    operator: (signals) =>
      new Observable<EdgeSignal>((subscriber) => {
        const output = main.subscribe(subscriber)
        const input = signals.subscribe({
          next: ({ input, signal }) => {
            try {
              if (signal.kind === 'barrier') barrier(signal)
              else node().push(input, signal)
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
      const subject = new Subject<EdgeSignal>()
      sides.push(subject)
      return { signals: subject, send: (signal) => subject.next(signal) }
    },
    barrier,
  }
}
