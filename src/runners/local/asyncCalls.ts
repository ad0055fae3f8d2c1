/**
 * Makes the calls of asynchronous steps (R119): no more at once than a step allows, again after a failure, each attempt for
 * a limited time of the injected clock. What came of them is kept until the loop takes it, as steps of the log.
 */
import type { CallOutcome } from '../../core/asyncStep.ts'
import type { Clock } from '../../core/clock.ts'
import { DataflowError } from '../../core/errors.ts'
import type { AsyncCall, AsyncNode } from '../../kernel/async/asyncNode.ts'

/** A call that has come to its end. */
export interface EndedCall {
  readonly node: AsyncNode
  readonly call: number
  readonly outcome: CallOutcome
}

/** The calls of one step. */
interface Line {
  readonly node: AsyncNode
  readonly waiting: AsyncCall[]
  /** Begun and not ended; those between two attempts are among them. */
  atWork: number
}

export class AsyncCalls {
  readonly #lines: readonly Line[]
  readonly #clock: Clock
  readonly #onEnded: () => void
  #ended: EndedCall[] = []
  /** What takes back every timer and aborts every attempt. */
  readonly #undo = new Set<() => void>()
  #isClosed = false

  /** `onEnded` is called when a call has ended and `takeEnded` has something. */
  constructor(nodes: readonly AsyncNode[], clock: Clock, onEnded: () => void) {
    this.#lines = nodes.map((node) => ({ node, waiting: [], atWork: 0 }))
    this.#clock = clock
    this.#onEnded = onEnded
  }

  /** Begins as many of the calls that nodes hand out as there is room for. */
  begin(): void {
    for (const line of this.#lines) {
      line.waiting.push(...line.node.takeCalls())
      while (line.waiting.length > 0 && line.atWork < line.node.spec.concurrency) {
        line.atWork++
        this.#attempt(line, line.waiting.shift() as AsyncCall, 1)
      }
    }
  }

  /** Calls that have ended since, in the order in which they did. */
  takeEnded(): readonly EndedCall[] {
    const ended = this.#ended
    this.#ended = []
    return ended
  }

  /** Some step has as many calls at work as it may: the sources are to wait. */
  get isFull(): boolean {
    return this.#lines.some(({ node, waiting, atWork }) => waiting.length > 0 || atWork >= node.spec.concurrency)
  }

  /** Every call has ended and was taken. */
  get isEmpty(): boolean {
    return this.#ended.length === 0 && this.#lines.every(({ waiting, atWork }) => waiting.length + atWork === 0)
  }

  /** Gives up what is at work: nothing that still comes of it is heard. */
  close(): void {
    this.#isClosed = true
    for (const undo of this.#undo) undo()
    this.#undo.clear()
  }

  #attempt(line: Line, call: AsyncCall, attempt: number): void {
    const { path, spec } = line.node
    const controller = new AbortController()
    const abort = (): void => controller.abort()
    this.#undo.add(abort)
    let isOver = false
    const end = (outcome: CallOutcome): void => {
      if (isOver || this.#isClosed) return
      isOver = true
      this.#undo.delete(abort)
      forget()
      if ('error' in outcome && attempt < spec.attempts) this.#retry(line, call, attempt, outcome)
      else this.#finish(line, call, outcome)
    }
    const forget = this.#after(spec.timeout, () => {
      controller.abort()
      end({ error: timedOut(path, spec.timeout, attempt) })
    })
    try {
      const answer = spec.fn(call.value, { ...call.context, attempt, signal: controller.signal })
      Promise.resolve(answer).then(
        (value) => end({ value }),
        (error) => end({ error }),
      )
    } catch (error) {
      end({ error })
    }
  }

  #retry(line: Line, call: AsyncCall, failed: number, outcome: CallOutcome): void {
    let wait: number
    try {
      wait = line.node.spec.backoff(failed)
    } catch (error) {
      this.#finish(line, call, { error })
      return
    }
    if (wait > 0) this.#after(wait, () => this.#attempt(line, call, failed + 1))
    else if (wait === 0) this.#attempt(line, call, failed + 1)
    else this.#finish(line, call, outcome)
  }

  #finish(line: Line, { number }: AsyncCall, outcome: CallOutcome): void {
    line.atWork--
    this.#ended.push({ node: line.node, call: number, outcome })
    this.#onEnded()
  }

  /** Calls back after a length of processing time, if one is given, unless it is taken back before. */
  #after(wait: number | undefined, call: () => void): () => void {
    if (wait === undefined) return () => {}
    const undo = this.#clock.wakeAt(this.#clock.now() + wait, () => {
      this.#undo.delete(undo)
      call()
    })
    this.#undo.add(undo)
    return () => {
      this.#undo.delete(undo)
      undo()
    }
  }
}

function timedOut(step: string, timeout: number | undefined, attempt: number): DataflowError {
  return new DataflowError('TIMEOUT', {
    step,
    problem: `a call had not ended after ${timeout} ms, at attempt ${attempt}.`,
    remedy: `Raise the timeout, let the call be retried, or give the step { onError: 'output' }.`,
  })
}
