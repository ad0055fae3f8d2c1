/**
 * Where elements enter: gives them timestamps, judges each against the watermark made by those before it (R110), and
 * merges the splits' watermarks into one that knows its holder. It is fed by the runner, a bundle or a step at a time.
 */
import type { Signal } from '../../core/bundle.ts'
import type { ReadSpec } from '../../core/node.ts'
import type { ReadAccounting } from '../../core/runner.ts'
import type { ReadFailure } from '../../core/source.ts'
import { MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { KernelNode, PortSpec, RunContext } from '../kernelNode.ts'
import type { NamedStep } from '../stateless/fusedChain.ts'
import { type ValveSnapshot, WatermarkValve } from '../watermarkValve.ts'
import { generatedRows } from './generatedRows.ts'
import { checkedMove } from './readErrors.ts'
import { ReadOutput } from './readOutput.ts'
import { ReadRows } from './readRows.ts'
import type { ScriptedStep } from './scriptedStep.ts'
import { newSplit, type SplitSnapshot, type SplitState, saveSplit } from './splitState.ts'
import { stampRows } from './stampRows.ts'

interface ReadSnapshot {
  readonly rows: number
  readonly failed: number
  readonly lastWatermark: Timestamp
  readonly valve: ValveSnapshot
  readonly splits: readonly SplitSnapshot[]
  readonly wasIdle: boolean
}

export class ReadNode implements KernelNode {
  readonly path: string
  readonly #spec: ReadSpec
  readonly #context: RunContext
  readonly #output: ReadOutput
  readonly #valve = new WatermarkValve(0)
  readonly #splits = new Map<string, SplitState>()
  #wasIdle = false
  readonly #rows: ReadRows
  #lastWatermark: Timestamp = MIN_TIMESTAMP
  /** Which split holds the watermark, and since when (R115). */
  #heldSince: Timestamp

  /** `fused`: steps that every element goes through at once; the main port is then theirs. */
  constructor(
    path: string,
    spec: ReadSpec,
    ports: Readonly<Record<string, PortSpec>>,
    context: RunContext,
    fused: readonly NamedStep[],
    mayGenerate: boolean,
  ) {
    this.path = path
    this.#spec = spec
    this.#context = context
    this.#output = new ReadOutput(ports, context)
    const loop = mayGenerate ? generatedRows(fused, path) : undefined
    if (loop === undefined && fused.length > 0)
      throw new RangeError(`read "${path}" has steps in it but no loop for them`)
    this.#rows = new ReadRows(path, spec, context, this.#output, loop ?? stampRows, fused)
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
      this.#rows.takeFailure(failure)
      from = failure.at
    }
    this.#takeRun(split, values, from, values.length)
    this.#output.flush()
  }

  /** Steps of a script as one bundle: elements and moves in their order; triggers look at `atomic` ones once (D3). */
  script(id: string, steps: readonly ScriptedStep[], atomic: boolean): void {
    const split = this.#split(id)
    // A split that becomes active may move the watermark, which would cut what is to stay together: it does so before.
    if (atomic) this.#setIdle(split, false)
    this.#output.startBundle(atomic)
    // An atomic bundle is one step of the log (R117).
    const step = atomic ? ++this.#context.ordinal : undefined
    for (const each of steps) {
      if ('to' in each) this.#raise(split, checkedMove(this.path, id, this.#valve.watermarkOf(split.input), each.to))
      else {
        split.lastElementAt = this.#context.now
        this.#setIdle(split, false)
        this.#rows.takeScripted(each.value, each.timestamp, step ?? ++this.#context.ordinal)
      }
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

  /** What a split's estimate has risen to while it waits; undefined when it has not. Estimates by elements alone never do. */
  quietEstimate(id: string): Timestamp | undefined {
    const { input, estimator, isFinished } = this.#split(id)
    const to = isFinished ? undefined : estimator.whileQuiet?.()
    return to !== undefined && to > this.#valve.watermarkOf(input) && !this.#valve.isIdleAt(input) ? to : undefined
  }

  /** The estimate of a waiting split has moved by itself. */
  takeEstimate(id: string, watermark: Timestamp): void {
    this.#raise(this.#split(id), watermark)
    this.#output.flush()
  }

  /** Calls back when an estimate may have moved by itself; answers how to stop that. */
  onEstimate(moved: () => void): () => void {
    return this.#spec.watermark?.subscribe?.(moved) ?? (() => {})
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

  get splitIds(): string[] {
    return [...this.#splits.keys()]
  }

  readAccounting(): ReadAccounting & { readonly heldSince: Timestamp } {
    const holder = this.#valve.holder
    const heldBy = [...this.#splits.values()].find((split) => split.input === holder)?.id
    return {
      step: this.path,
      rows: this.#rows.count,
      failed: this.#rows.failures,
      watermark: this.#valve.merged,
      lastWatermark: this.#lastWatermark,
      heldBy,
      heldSince: this.#heldSince,
    }
  }

  failures(): number {
    return this.#rows.failures
  }

  snapshot(): ReadSnapshot {
    return {
      rows: this.#rows.count,
      failed: this.#rows.failures,
      lastWatermark: this.#lastWatermark,
      valve: this.#valve.save(),
      splits: [...this.#splits.values()].map(saveSplit),
      wasIdle: this.#wasIdle,
    }
  }

  restore(snapshot: ReadSnapshot): void {
    this.#rows.count = snapshot.rows
    this.#rows.failures = snapshot.failed
    this.#lastWatermark = snapshot.lastWatermark
    this.#valve.load(snapshot.valve)
    this.#output.resumeAt(snapshot.valve.merged)
    this.#splits.clear()
    snapshot.splits.forEach((saved, input) => {
      this.#splits.set(saved.id, newSplit(this.#spec.watermark, saved.id, input, this.#context.now, saved))
    })
    this.#wasIdle = snapshot.wasIdle
  }

  #takeRun(split: SplitState, values: readonly unknown[], from: number, to: number): void {
    const { watermark } = this.#spec
    const bound = watermark?.bound
    // An estimate that trails the highest timestamp by a bound moves only with a new highest one; without one none moves.
    let highest = watermark === undefined ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
    if (bound !== undefined) highest = this.#valve.watermarkOf(split.input) + bound
    this.#rows.take(values, from, to, highest, (timestamp, value) => {
      this.#raise(split, split.estimator.onElement(timestamp, value))
      return bound === undefined ? highest : timestamp
    })
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
    const { merged } = this.#valve
    if (merged < MAX_TIMESTAMP) this.#lastWatermark = merged
    this.#output.moveTo(merged)
  }

  #split(id: string): SplitState {
    this.addSplit(id)
    return this.#splits.get(id) as SplitState
  }
}
