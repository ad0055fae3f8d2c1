/** The rows of a read: values get their timestamps, each asked for once, and leave as rows or as failed ones. */
import type { FailedElement, ReadSpec } from '../../core/node.ts'
import type { ReadFailure } from '../../core/source.ts'
import { isElementTimestamp, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { BundleBuffer } from '../bundleBuffer.ts'
import type { RunContext } from '../kernelNode.ts'
import { type ChainStep, chainEffect } from '../stateless/chainRun.ts'
import { invalidTimestamp } from '../timestampsNode.ts'
import { recordError, stampError } from './readErrors.ts'
import type { ReadOutput } from './readOutput.ts'
import { type RowLoop, RowRun, type Unstamped } from './stampRows.ts'

/** What an element above the highest timestamp does to the estimate; answers the new highest. */
type OnHighest = (timestamp: Timestamp, value: unknown) => Timestamp

export class ReadRows {
  /** Rows so far, without the failed ones. */
  count = 0
  failures = 0
  readonly #path: string
  readonly #spec: ReadSpec
  readonly #context: RunContext
  readonly #output: ReadOutput
  readonly #loop: RowLoop
  /** What the loop appends for a value is that value. */
  readonly #keepsValues: boolean
  /** Steps behind the read are part of the loop: rows are what comes out of it. */
  readonly #isFused: boolean
  readonly #run = new RowRun()

  /** `steps` stand in the loop. */
  constructor(
    path: string,
    spec: ReadSpec,
    context: RunContext,
    output: ReadOutput,
    loop: RowLoop,
    steps: readonly ChainStep[],
  ) {
    this.#path = path
    this.#spec = spec
    this.#context = context
    this.#output = output
    this.#loop = loop
    const { keepsRows, changesValues } = chainEffect(steps)
    this.#keepsValues = keepsRows && !changesValues
    this.#isFused = steps.length > 0
  }

  /** Values [from, to), in order: `onHighest` is told of each whose timestamp is above `highest`, after its row. */
  take(values: readonly unknown[], from: number, to: number, highest: Timestamp, onHighest: OnHighest): void {
    const { timestamp: fn } = this.#spec
    const bundle = this.#output.openBundle
    const run = this.#run
    let above = highest
    for (let i = from; i < to; ) {
      if (fn === undefined || bundle === undefined) {
        above = this.#takeOne(values[i++], above, onHighest)
        continue
      }
      if (this.#keepsValues) lend(values, i, bundle)
      this.#loop(values, i, to, fn, above, bundle, run)
      this.count += run.next - i
      i = run.next
      if (run.unstamped) this.#fail(values[i++], run.unstamped)
      else if (run.above > above) above = onHighest(run.above, values[i - 1])
    }
  }

  /** One value with a timestamp of its own, or the one that the read's function gives it. */
  takeScripted(value: unknown, timestamp: Timestamp | undefined, ordinal: number): void {
    const at = timestamp ?? this.#timestampOf(value)
    if (at === undefined) return
    if (!isElementTimestamp(at)) throw invalidTimestamp(this.#path, at, value)
    this.#append(value, at, ordinal)
  }

  /** A record that could not be decoded. */
  takeFailure(failure: ReadFailure): void {
    const { raw, place } = failure
    this.#send({ element: raw, step: this.#path, error: recordError(this.#path, failure), place })
  }

  #takeOne(value: unknown, highest: Timestamp, onHighest: OnHighest): Timestamp {
    const timestamp = this.#timestampOf(value)
    if (timestamp === undefined) return highest
    this.#append(value, timestamp, ++this.#context.ordinal)
    return timestamp > highest ? onHighest(timestamp, value) : highest
  }

  #append(value: unknown, timestamp: Timestamp, ordinal: number): void {
    this.count++
    const bundle = this.#isFused ? this.#output.openBundle : undefined
    if (bundle === undefined) this.#output.row(value, timestamp, ordinal)
    else this.#loop([value], 0, 1, () => timestamp, Number.POSITIVE_INFINITY, bundle, this.#run)
  }

  /** The element's timestamp, or undefined when it went to the failed output instead. */
  #timestampOf(value: unknown): Timestamp | undefined {
    const { timestamp: fn } = this.#spec
    if (fn === undefined) return MIN_TIMESTAMP
    let timestamp: Timestamp
    try {
      timestamp = fn(value)
    } catch (error) {
      this.#fail(value, { error })
      return undefined
    }
    if (isElementTimestamp(timestamp)) return timestamp
    this.#fail(value, { timestamp })
    return undefined
  }

  #fail(value: unknown, unstamped: Unstamped): void {
    const error =
      'error' in unstamped
        ? stampError(this.#path, unstamped.error, value)
        : invalidTimestamp(this.#path, unstamped.timestamp, value)
    this.#send({ element: value, step: this.#path, error })
  }

  #send(failed: FailedElement<unknown>): void {
    if (this.#spec.onError === 'fail') throw failed.error
    this.failures++
    this.#output.failedRow(failed)
  }
}

/** Bundles are only read: the source's array serves as the column while no element of it is left out. */
function lend(values: readonly unknown[], next: number, bundle: BundleBuffer): void {
  if (bundle.length === 0 && next === 0) bundle.lend(values as unknown[])
  else if (bundle.values === values && bundle.length !== next) bundle.giveBack()
}
