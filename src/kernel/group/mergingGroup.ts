/**
 * The driver of merging windows: a key's open windows stay together, and an element's own window is merged with them
 * before the element is placed. A cell has one armed wake-up at a time, re-armed when its end has moved.
 */
import type { Bundle, Signal } from '../../core/bundle.ts'
import type { GroupAccounting } from '../../core/runner.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import type { TriggerMoment } from '../../core/trigger.ts'
import { compareWindows, type MergingWindowFn, maxTimestamp, type Window } from '../../core/window.ts'
import type { KernelNode, RunContext } from '../kernelNode.ts'
import { walkRuns } from '../walkBundle.ts'
import { changeOf } from './changeCombine.ts'
import { acceptElement, assignCell, expire, type FiringCell, fireIfReady, type PaneDecision } from './firingCell.ts'
import type { Emission, GroupOutput } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import type { TallySnapshot } from './groupTally.ts'
import { KeyMap } from './keyMap.ts'
import {
  applyMerge,
  type CellMerge,
  cellOf,
  type KeyCells,
  MergingCell,
  planMerge,
  removeCell,
} from './mergingCells.ts'
import { decodeAccumulator, encodeAccumulator, plainCell } from './tableSnapshot.ts'
import { WakeQueue } from './wakeQueue.ts'

const NO_CELLS: readonly MergingCell[] = []

interface MergingSnapshot {
  readonly watermark: Timestamp
  readonly outputWatermark: Timestamp
  readonly created: number
  readonly tally: TallySnapshot
  readonly cells: readonly {
    readonly key: unknown
    readonly cell: FiringCell
    readonly accumulator: unknown
    readonly emitted: Emission | undefined
  }[]
}

export class MergingGroup implements KernelNode {
  readonly path: string
  readonly #group: GroupStrategy
  readonly #windowFn: MergingWindowFn<unknown>
  /** Rows carry the window they start with, assigned before their values changed. */
  readonly #isCarried: boolean
  readonly #context: RunContext
  readonly #output: GroupOutput
  readonly #keys = new KeyMap<KeyCells>()
  readonly #wakes = new WakeQueue<MergingCell>()
  readonly #deadlines = new WakeQueue<MergingCell>()
  /** Reused for every question to a trigger. */
  readonly #moment = { window: { start: 0, end: 0 }, watermark: MIN_TIMESTAMP, processingTime: 0, merging: true }
  #watermark: Timestamp = MIN_TIMESTAMP
  #created = 0
  #openWindows = 0

  constructor(
    path: string,
    group: GroupStrategy,
    windowFn: MergingWindowFn<unknown>,
    isCarried: boolean,
    context: RunContext,
    output: GroupOutput,
  ) {
    this.path = path
    this.#group = group
    this.#windowFn = windowFn
    this.#isCarried = isCarried
    this.#context = context
    this.#output = output
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle') {
      this.#output.signal(signal)
      return
    }
    walkRuns(
      signal,
      (from, to) => this.#rows(signal, from, to),
      (watermark, ordinal) => this.#advance(watermark, ordinal),
    )
    this.#output.flush()
  }

  nextDeadline(): Timestamp {
    return this.#deadlines.next
  }

  nextDue(after: Timestamp): Timestamp {
    return this.#wakes.nextAfter(after)
  }

  onClock(now: Timestamp, ordinal: number): void {
    this.#output.ordinal = ordinal
    const due: MergingCell[] = []
    while (this.#deadlines.next <= now) due.push(...this.#deadlines.take())
    this.#look(due, this.#watermark)
    this.#output.advance(this.#watermark, ordinal)
    this.#output.flush()
  }

  accounting(): GroupAccounting {
    return this.#output.tally.accounting(this.path, this.#openWindows)
  }

  snapshot(): MergingSnapshot {
    const group = this.#group
    return {
      watermark: this.#watermark,
      outputWatermark: this.#output.watermark,
      created: this.#created,
      tally: this.#output.tally.save(),
      cells: this.#keys.values().flatMap(({ key, cells }) =>
        cells.map((cell) => ({
          key,
          cell: plainCell(group, cell),
          accumulator: encodeAccumulator(group, group.combine.copy(cell.accumulator)),
          emitted: cell.emitted,
        })),
      ),
    }
  }

  restore(snapshot: MergingSnapshot): void {
    this.#watermark = snapshot.watermark
    this.#created = snapshot.created
    this.#output.resumeAt(snapshot.outputWatermark)
    this.#output.tally.load(snapshot.tally)
    for (const { key, cell: saved, accumulator, emitted } of snapshot.cells) {
      const cell = new MergingCell(this.#group, this.#ownerOf(key), saved.window, saved.created)
      assignCell(this.#group, cell, saved)
      cell.accumulator = decodeAccumulator(this.#group, accumulator)
      cell.emitted = emitted
      this.#openWindows++
      this.#track(cell, Number.POSITIVE_INFINITY)
    }
  }

  #rows(bundle: Bundle, from: number, to: number): void {
    const touched = bundle.atomic ? new Set<MergingCell>() : undefined
    for (let row = from; row < to; row++) {
      this.#output.ordinal = bundle.ordinals?.[row] ?? 0
      this.#place(bundle, row, touched)
      if (this.#group.tracksHolds && !touched) this.#output.advance(this.#watermark, this.#output.ordinal)
    }
    if (touched) {
      this.#look([...touched], this.#watermark)
      this.#output.advance(this.#watermark, this.#output.ordinal)
    }
  }

  #place(bundle: Bundle, row: number, touched: Set<MergingCell> | undefined): void {
    const timestamp = bundle.timestamps[row] as number
    const own = this.#isCarried ? bundle.windows?.[row] : this.#windowFn.assign(timestamp, bundle.values[row])
    this.#output.tally.assigned++
    if (own === undefined) {
      this.#output.drop(bundle, row, undefined, 'noWindow')
      return
    }
    const { lateMerge } = this.#group.strategy
    if (!lateMerge && this.#isExpired(own)) {
      this.#output.drop(bundle, row, own, 'late')
      return
    }
    const owner = this.#ownerOf(this.#group.isKeyed ? bundle.keys?.[row] : undefined)
    const { target, merges } = planMerge(this.path, this.#windowFn, owner, own)
    if (lateMerge && this.#isExpired(target)) {
      this.#forgetIfEmpty(owner)
      this.#output.drop(bundle, row, own, 'late')
      return
    }
    const merged = merges.length === 0 ? NO_CELLS : merges.map((merge) => this.#merge(merge))
    const cell = cellOf(owner, target) ?? this.#open(owner, target)
    if (maxTimestamp(target) < this.#watermark) this.#output.tally.lateAccepted++
    this.#accept(cell, bundle, row)
    for (const changed of merged) if (changed !== cell) this.#lookAt(changed, touched)
    this.#lookAt(cell, touched)
  }

  #accept(cell: MergingCell, bundle: Bundle, row: number): void {
    const { combine, inputRetracts } = this.#group
    const timestamp = bundle.timestamps[row] as number
    const value = inputRetracts ? changeOf(bundle, row) : bundle.values[row]
    cell.accumulator = combine.add(cell.accumulator, value, timestamp)
    const held = cell.hold
    acceptElement(this.#group, cell, timestamp, this.#momentOf(cell.window))
    this.#track(cell, held)
  }

  #lookAt(cell: MergingCell, touched: Set<MergingCell> | undefined): void {
    if (touched) touched.add(cell)
    else this.#fireAndTrack(cell, this.#watermark)
  }

  /** Applies one merge: withdraws what merged-away windows emitted, before anything else of the step (R74). */
  #merge(merge: CellMerge): MergingCell {
    for (const part of merge.parts) this.#output.holds.move(part.hold, Number.POSITIVE_INFINITY)
    const { cell, mergedAway } = applyMerge(this.#group, merge, this.#momentOf(merge.result))
    for (const { window, emitted } of mergedAway) {
      if (emitted) this.#output.withdraw(cell.owner.key, window, emitted)
    }
    this.#openWindows -= merge.parts.length - 1
    this.#track(cell, Number.POSITIVE_INFINITY)
    return cell
  }

  /** R64: stops at each due time on the way, as if the watermark passed every millisecond. */
  #advance(watermark: Timestamp, ordinal: number): void {
    if (watermark <= this.#watermark) return
    this.#output.ordinal = ordinal
    while (this.#wakes.next <= watermark) {
      const due = this.#wakes.next
      const cells = this.#wakes.take().filter((cell) => this.#isDue(cell, due))
      if (cells.length === 0) continue
      // What was not due before goes downstream first: a later grouping may have something due on the way.
      this.#output.advance(due - 1, ordinal)
      this.#watermark = due
      this.#look(cells, due - 1)
      this.#output.advance(due, ordinal)
    }
    this.#watermark = watermark
    this.#output.advance(watermark, ordinal)
  }

  /** False for a cell that is gone, or whose end has moved on since it was armed: it is armed again. */
  #isDue(cell: MergingCell, due: Timestamp): boolean {
    if (!cell.isOpen || cell.armedAt !== due) return false
    cell.armedAt = Number.POSITIVE_INFINITY
    if (cell.window.end <= due || this.#group.hasEventWakes) return true
    this.#arm(cell, cell.window.end)
    return false
  }

  /** Expires or asks the triggers of these cells, in the order of D9. */
  #look(cells: readonly MergingCell[], before: Timestamp): void {
    const open = cells.filter((cell) => cell.isOpen)
    open.sort((a, b) => compareWindows(a.window, b.window) || a.created - b.created)
    for (const cell of open) {
      if (this.#isExpired(cell.window)) this.#close(cell, before)
      else this.#fireAndTrack(cell, before)
    }
  }

  #close(cell: MergingCell, before: Timestamp): void {
    const { hold, pending } = cell
    const decision = expire(this.#group, cell, this.#watermark, before)
    this.#output.tally.emitted += pending
    if (decision) this.#emit(cell, decision)
    this.#output.holds.move(hold, Number.POSITIVE_INFINITY)
    removeCell(cell)
    this.#openWindows--
    this.#forgetIfEmpty(cell.owner)
  }

  #fireAndTrack(cell: MergingCell, before: Timestamp): void {
    const { hold, pending } = cell
    const firing = fireIfReady(this.#group, cell, this.#momentOf(cell.window), before)
    if (firing) {
      this.#output.tally.emitted += pending
      if (firing.emitted) this.#emit(cell, firing.emitted)
      if (!this.#group.keepsContents) cell.accumulator = this.#group.combine.create()
    }
    this.#track(cell, hold)
  }

  #emit(cell: MergingCell, decision: PaneDecision): void {
    const value = this.#group.combine.extract(cell.accumulator)
    this.#output.pane(cell.owner.key, cell.window, value, decision, cell.emitted)
    if (this.#group.retracts) cell.emitted = { value, timestamp: decision.timestamp, pane: decision.pane }
  }

  /** Keeps the hold and the wake-ups of a cell as it says they are. */
  #track(cell: MergingCell, held: Timestamp): void {
    const { machine, tracksHolds, hasDeadlines, hasEventWakes } = this.#group
    if (tracksHolds) this.#output.holds.move(held, cell.hold)
    const { end } = cell.window
    const next = end > this.#watermark ? end : this.#group.expiryOf(cell.window) + 1
    if (cell.armedAt > next) this.#arm(cell, next)
    if (!hasDeadlines) return
    const moment = this.#momentOf(cell.window)
    this.#deadlines.add(machine.processingTimeWake(cell.trigger, moment), cell)
    if (!hasEventWakes) return
    const wake = machine.eventTimeWake(cell.trigger, moment)
    if (wake > this.#watermark && wake < cell.armedAt) this.#arm(cell, wake)
  }

  #arm(cell: MergingCell, at: Timestamp): void {
    cell.armedAt = at
    this.#wakes.add(at, cell)
  }

  #open(owner: KeyCells, window: Window): MergingCell {
    this.#openWindows++
    return new MergingCell(this.#group, owner, window, this.#created++)
  }

  #ownerOf(key: unknown): KeyCells {
    const known = this.#keys.get(key)
    if (known) return known
    const owner: KeyCells = { key: key === 0 ? 0 : key, cells: [] }
    this.#keys.set(key, owner)
    return owner
  }

  #forgetIfEmpty(owner: KeyCells): void {
    if (owner.cells.length === 0) this.#keys.delete(owner.key)
  }

  #isExpired(window: Window): boolean {
    return this.#group.expiryOf(window) < this.#watermark
  }

  #momentOf(window: Window): TriggerMoment {
    const moment = this.#moment
    moment.window = window
    moment.watermark = this.#watermark
    moment.processingTime = this.#context.now
    return moment
  }
}
