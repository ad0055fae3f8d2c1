/**
 * Where elements enter: gives them timestamps, judges each against the watermark made by those before it (R110), and
 * merges the splits' watermarks into one that knows its holder. It is fed by the runner, a bundle or a step at a time.
 */
import type { Signal } from '../../core/bundle.ts'
import type { FailedElement, ReadSpec } from '../../core/node.ts'
import type { ReadAccounting } from '../../core/runner.ts'
import type { ReadFailure } from '../../core/source.ts'
import { isElementTimestamp, MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { KernelNode, PortSpec, RunContext } from '../kernelNode.ts'
import { invalidTimestamp } from '../timestampsNode.ts'
import { type ValveSnapshot, WatermarkValve } from '../watermarkValve.ts'
import { recordError, regressedError, stampError } from './readErrors.ts'
import { ReadOutput } from './readOutput.ts'
import { newSplit, type SplitSnapshot, type SplitState } from './splitState.ts'
import { stampRows } from './stampRows.ts'

interface ReadSnapshot {
  readonly rows: number
  readonly failed: number
  readonly valve: ValveSnapshot
  readonly splits: readonly SplitSnapshot[]
  readonly wasIdle: boolean
}

/** One scripted element; without a timestamp the read's own function is asked. */
export interface ScriptedElement {
  readonly value: unknown
  readonly timestamp?: Timestamp
}

/** A scripted move of the split's watermark. */
export interface ScriptedMove {
  readonly to: Timestamp
}

export class ReadNode implements KernelNode {
  readonly path: string
  readonly #spec: ReadSpec
  readonly #context: RunContext
  readonly #output: ReadOutput
  readonly #valve = new WatermarkValve(0)
  readonly #splits = new Map<string, SplitState>()
  #wasIdle = false
  #rows = 0
  #failures = 0
  /** Which split holds the watermark, and since when (R115). */
  #heldSince: Timestamp

  constructor(path: string, spec: ReadSpec, ports: Readonly<Record<string, PortSpec>>, context: RunContext) {
    this.path = path
    this.#spec = spec
    this.#context = context
    this.#output = new ReadOutput(ports, context)
    this.#heldSince = context.now
  }

  push(_input: number, signal: Signal): void {
    throw new RangeError(`read "${this.path}" has no input for a ${signal.kind}`)
  }

  addSplit(id: string): void {
    if (this.#splits.has(id)) return
    this.#splits.set(id, newSplit(this.#spec.watermark, id, this.#valve.add(), this.#context.now))
  }

  /** Elements of one split as its source gave them; the estimator moves after each. */
  take(id: string, values: readonly unknown[], failures: readonly ReadFailure[] = []): void {
    if (values.length === 0 && failures.length === 0) return
    const split = this.#split(id)
    split.lastElementAt = this.#context.now
    this.#setIdle(split, false)
    let from = 0
    for (const failure of failures) {
      this.#takeRun(split, values, from, failure.at)
      this.#fail({
        element: failure.raw,
        step: this.path,
        error: recordError(this.path, failure),
        place: failure.place,
      })
      from = failure.at
    }
    this.#takeRun(split, values, from, values.length)
    this.#output.flush()
  }

  /** Steps of a script as one bundle: elements and moves in their order; triggers look at `atomic` ones once (D3). */
  script(id: string, steps: readonly (ScriptedElement | ScriptedMove)[], atomic: boolean): void {
    const split = this.#split(id)
    this.#output.startBundle(atomic)
    // An atomic bundle is one step of the log (R117).
    const step = atomic ? ++this.#context.ordinal : undefined
    for (const each of steps) {
      if ('to' in each) this.#raise(split, this.#checkMove(split, each.to))
      else this.#scripted(split, each, step ?? ++this.#context.ordinal)
    }
    this.#output.flush()
  }

  /** A step of a script: the split's watermark, which may only rise (R4). */
  raise(id: string, watermark: Timestamp): void {
    this.script(id, [{ to: watermark }], false)
  }

  /** The split is quiet: it leaves the minimum until it brings something (R38). */
  setIdle(id: string, isIdle: boolean): void {
    this.#setIdle(this.#split(id), isIdle)
    this.#output.flush()
  }

  /** No more elements will come from the split. */
  finish(id: string): void {
    const split = this.#split(id)
    if (split.isFinished) return
    split.isFinished = true
    this.#setIdle(split, false)
    this.#raise(split, MAX_TIMESTAMP)
    this.#output.flush()
  }

  /** The processing time at which a quiet split leaves the minimum, by the read's policy (R39, R115); Infinity for never. */
  idleAt(id: string): Timestamp {
    const { idle } = this.#spec
    const split = this.#split(id)
    if (idle.kind === 'never' || split.isFinished || this.#valve.isIdleAt(split.input)) return Number.POSITIVE_INFINITY
    return split.lastElementAt + idle.quiet
  }

  watermarkOf(id: string): Timestamp {
    return this.#valve.watermarkOf(this.#split(id).input)
  }

  isIdle(id: string): boolean {
    return this.#valve.isIdleAt(this.#split(id).input)
  }

  get splitIds(): string[] {
    return [...this.#splits.keys()]
  }

  readAccounting(): ReadAccounting & { readonly heldSince: Timestamp } {
    const holder = this.#valve.holder
    const heldBy = [...this.#splits.values()].find((split) => split.input === holder)?.id
    return {
      step: this.path,
      rows: this.#rows,
      failed: this.#failures,
      watermark: this.#valve.merged,
      heldBy,
      heldSince: this.#heldSince,
    }
  }

  failures(): number {
    return this.#failures
  }

  snapshot(): ReadSnapshot {
    return {
      rows: this.#rows,
      failed: this.#failures,
      valve: this.#valve.save(),
      splits: [...this.#splits.values()].map((split) => ({
        id: split.id,
        estimator: split.estimator.save(),
        lastElementAt: split.lastElementAt,
        isFinished: split.isFinished,
      })),
      wasIdle: this.#wasIdle,
    }
  }

  restore(snapshot: ReadSnapshot): void {
    this.#rows = snapshot.rows
    this.#failures = snapshot.failed
    this.#valve.load(snapshot.valve)
    this.#output.resumeAt(snapshot.valve.merged)
    this.#splits.clear()
    snapshot.splits.forEach((saved, input) => {
      this.#splits.set(saved.id, newSplit(this.#spec.watermark, saved.id, input, this.#context.now, saved))
    })
    this.#wasIdle = snapshot.wasIdle
  }

  #scripted(split: SplitState, { value, timestamp }: ScriptedElement, ordinal: number): void {
    split.lastElementAt = this.#context.now
    this.#setIdle(split, false)
    const at = timestamp ?? this.#timestampOf(value)
    if (at === undefined) return
    if (!isElementTimestamp(at)) throw invalidTimestamp(this.path, at, value)
    this.#append(value, at, ordinal)
  }

  #append(value: unknown, timestamp: Timestamp, ordinal: number): void {
    this.#rows++
    this.#output.row(value, timestamp, ordinal)
  }

  #takeRun(split: SplitState, values: readonly unknown[], from: number, to: number): void {
    const { estimator } = split
    const { watermark } = this.#spec
    const bound = watermark?.bound
    // An estimate that trails the highest timestamp by a bound moves only with a new highest one; without one none moves.
    let highest = watermark === undefined ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
    if (bound !== undefined) highest = this.#valve.watermarkOf(split.input) + bound
    for (let i = from; i < to; ) {
      const before = i
      i = this.#stampRun(values, i, to, highest)
      const last = this.#output.lastTimestamp
      if (i > before && last > highest) {
        // The one that ended the run.
        this.#raise(split, estimator.onElement(last, values[i - 1]))
        if (bound !== undefined) highest = last
      } else if (i < to) {
        highest = this.#takeOne(split, values[i++], highest)
      }
    }
  }

  /** An element that the fast way did not take: one without a timestamp fails. Answers the new `highest`. */
  #takeOne(split: SplitState, value: unknown, highest: Timestamp): Timestamp {
    const timestamp = this.#timestampOf(value)
    if (timestamp === undefined) return highest
    this.#append(value, timestamp, ++this.#context.ordinal)
    if (timestamp <= highest) return highest
    this.#raise(split, split.estimator.onElement(timestamp, value))
    return this.#spec.watermark?.bound === undefined ? highest : timestamp
  }

  /** The fast way, up to and including the first value that may move the watermark; answers the offset after those taken. */
  #stampRun(values: readonly unknown[], from: number, to: number, highest: Timestamp): number {
    const { timestamp: fn } = this.#spec
    const bundle = this.#output.openBundle
    if (fn === undefined || bundle === undefined) return from
    const before = bundle.length
    // Bundles are only read: the source's array serves as the column while no element of it is left out.
    if (before === 0 && from === 0) bundle.lend(values as unknown[])
    try {
      stampRows(values, from, to, fn, highest, bundle)
    } catch {
      // Whatever the function threw, it throws again where the element is looked at by itself.
    }
    const taken = bundle.length - before
    this.#rows += taken
    return from + taken
  }

  /** The element's timestamp, or undefined when it went to the failed output instead. */
  #timestampOf(value: unknown): Timestamp | undefined {
    const { timestamp: fn } = this.#spec
    if (fn === undefined) return MIN_TIMESTAMP
    try {
      const timestamp = fn(value)
      if (isElementTimestamp(timestamp)) return timestamp
      throw invalidTimestamp(this.path, timestamp, value)
    } catch (error) {
      this.#fail({ element: value, step: this.path, error: stampError(this.path, error, value) })
      return undefined
    }
  }

  #fail(failed: FailedElement<unknown>): void {
    if (this.#spec.onError === 'fail') throw failed.error
    this.#failures++
    this.#output.failedRow(failed)
  }

  /** A scripted watermark may not fall (R4). */
  #checkMove(split: SplitState, watermark: Timestamp): Timestamp {
    const last = this.#valve.watermarkOf(split.input)
    if (watermark >= last && Number.isInteger(watermark)) return watermark
    throw regressedError(this.path, split.id, last, watermark)
  }

  #raise(split: SplitState, watermark: Timestamp): void {
    const rose = this.#valve.raise(split.input, watermark)
    // An ended split may leave none but idle ones.
    if (watermark === MAX_TIMESTAMP) this.#tellIdleness()
    if (rose) this.#moved()
  }

  #setIdle(split: SplitState, isIdle: boolean): void {
    if (this.#valve.isIdleAt(split.input) === isIdle) return
    this.#valve.setIdle(split.input, isIdle)
    const rose = this.#valve.merge()
    this.#tellIdleness()
    if (rose) this.#moved()
  }

  /** Every split that could still bring elements is idle, or no longer is (R38). */
  #tellIdleness(): void {
    const { isIdle } = this.#valve
    if (isIdle === this.#wasIdle) return
    this.#wasIdle = isIdle
    this.#output.signal({ kind: isIdle ? 'idle' : 'active', ordinal: ++this.#context.ordinal })
  }

  #moved(): void {
    this.#heldSince = this.#context.now
    this.#output.moveTo(this.#valve.merged)
  }

  #split(id: string): SplitState {
    this.addSplit(id)
    return this.#splits.get(id) as SplitState
  }
}
