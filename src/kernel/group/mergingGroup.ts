/**
 * The driver of merging windows: a key's open windows stay together, and an element's own window is merged with them
 * before the element is placed.
 */
import type { Bundle, Signal } from '../../core/bundle.ts'
import type { NodeCapture, NodeRestore } from '../../core/checkpoint.ts'
import type { GroupAccounting } from '../../core/runner.ts'
import type { Timestamp } from '../../core/time.ts'
import { type MergingWindowFn, maxTimestamp, type Window } from '../../core/window.ts'
import type { KernelNode, RunContext } from '../kernelNode.ts'
import { walkRuns } from '../walkBundle.ts'
import { changeOf } from './changeCombine.ts'
import { acceptElement, assignCell } from './firingCell.ts'
import type { GroupOutput } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import { KeyMap } from './keyMap.ts'
import { KeySlots } from './keySlots.ts'
import { applyMerge, type CellMerge, cellOf, type KeyCells, MergingCell, planMerge } from './mergingCells.ts'
import {
  copyCells,
  type MergingHead,
  type MergingSnapshot,
  readCells,
  type SavedCell,
  saveCells,
} from './mergingColumns.ts'
import { MergingFirings } from './mergingFirings.ts'
import { decodeAccumulator } from './tableSnapshot.ts'

const NO_CELLS: readonly MergingCell[] = []

export class MergingGroup implements KernelNode {
  readonly path: string
  readonly #group: GroupStrategy
  readonly #windowFn: MergingWindowFn<unknown>
  /** Rows carry the window they start with, assigned before their values changed. */
  readonly #isAssigned: boolean
  readonly #output: GroupOutput
  readonly #keys = new KeyMap<KeyCells>()
  readonly #slots: KeySlots<KeyCells>
  readonly #firings: MergingFirings
  #created = 0

  constructor(
    path: string,
    group: GroupStrategy,
    windowFn: MergingWindowFn<unknown>,
    isAssigned: boolean,
    context: RunContext,
    output: GroupOutput,
  ) {
    this.path = path
    this.#group = group
    this.#windowFn = windowFn
    this.#isAssigned = isAssigned
    this.#output = output
    this.#slots = new KeySlots((owners) => saveCells(group, owners))
    this.#firings = new MergingFirings(group, context, output, {
      own: (owner) => this.#slots.own(owner),
      forgetIfEmpty: (owner) => this.#forgetIfEmpty(owner),
    })
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle') {
      this.#output.signal(signal)
      return
    }
    walkRuns(
      signal,
      (from, to) => this.#rows(signal, from, to),
      (watermark, ordinal) => this.#firings.advance(watermark, ordinal),
    )
    this.#output.flush()
  }

  nextDeadline(): Timestamp {
    return this.#firings.nextDeadline
  }

  nextDue(after: Timestamp): Timestamp {
    return this.#firings.nextDue(after)
  }

  onClock(now: Timestamp, ordinal: number): void {
    this.#firings.onClock(now, ordinal)
    this.#output.flush()
  }

  accounting(): GroupAccounting {
    return this.#output.tally.accounting(this.path, this.#firings.openWindows)
  }

  snapshot(): MergingSnapshot {
    return { ...this.#head(), cells: copyCells(this.#group, this.#keys.values()) }
  }

  restore(snapshot: MergingSnapshot): void {
    this.#takeOver(snapshot)
    for (const saved of snapshot.cells) {
      const accumulator = decodeAccumulator(this.#group, saved.accumulator)
      this.#takeOverCell(this.#ownerOf(saved.key), { ...saved, accumulator })
    }
  }

  capture(): NodeCapture {
    return { head: this.#head(), ...this.#slots.capture() }
  }

  resume({ head, entries }: NodeRestore): void {
    // What `capture` gave, or what was captured whole in the first format.
    const saved = head as MergingHead | MergingSnapshot
    if ('cells' in saved) {
      this.restore(saved)
      return
    }
    this.#takeOver(saved)
    this.#slots.resume(entries, (value, place) => {
      for (const cell of readCells(this.#group, value)) {
        const owner = this.#keys.get(cell.key) ?? newOwner(cell.key)
        if (owner.cells.length === 0) {
          this.#keys.set(cell.key, owner)
          place(owner)
        }
        this.#takeOverCell(owner, cell)
      }
    })
  }

  #head(): MergingHead {
    return { watermark: this.#firings.watermark, ...this.#output.save(), created: this.#created }
  }

  #takeOver(head: MergingHead): void {
    this.#firings.watermark = head.watermark
    this.#created = head.created
    this.#output.load(head)
  }

  #takeOverCell(owner: KeyCells, { cell: saved, accumulator, emitted }: SavedCell): void {
    const cell = new MergingCell(this.#group, owner, saved.window, saved.created)
    assignCell(this.#group, cell, saved)
    cell.accumulator = accumulator
    cell.emitted = emitted
    this.#firings.openWindows++
    this.#firings.track(cell, Number.POSITIVE_INFINITY)
  }

  #rows(bundle: Bundle, from: number, to: number): void {
    const touched = bundle.atomic ? new Set<MergingCell>() : undefined
    for (let row = from; row < to; row++) {
      this.#output.ordinal = bundle.ordinals?.[row] ?? 0
      this.#place(bundle, row, touched)
      if (this.#group.tracksHolds && !touched) this.#output.advance(this.#firings.watermark, this.#output.ordinal)
    }
    if (touched) {
      this.#firings.look([...touched], this.#firings.watermark)
      this.#output.advance(this.#firings.watermark, this.#output.ordinal)
    }
  }

  #place(bundle: Bundle, row: number, touched: Set<MergingCell> | undefined): void {
    const timestamp = bundle.timestamps[row] as number
    // Where only some rows were assigned to windows, the others fall into theirs here.
    const given = this.#isAssigned ? bundle.assigned?.[row] : undefined
    const own = given === undefined ? this.#windowFn.assign(timestamp, bundle.values[row]) : given[0]
    this.#output.tally.assigned++
    if (own === undefined) {
      this.#output.drop(bundle, row, undefined, 'noWindow')
      return
    }
    const { lateMerge } = this.#group.strategy
    if (!lateMerge && this.#firings.isExpired(own)) {
      this.#output.drop(bundle, row, own, 'late')
      return
    }
    const owner = this.#ownerOf(this.#group.isKeyed ? bundle.keys?.[row] : undefined)
    this.#slots.own(owner)
    const { target, merges } = planMerge(this.path, this.#windowFn, owner, own)
    if (lateMerge && this.#firings.isExpired(target)) {
      this.#forgetIfEmpty(owner)
      this.#output.drop(bundle, row, own, 'late')
      return
    }
    const merged = merges.length === 0 ? NO_CELLS : merges.map((merge) => this.#merge(merge))
    const cell = cellOf(owner, target) ?? this.#open(owner, target)
    if (maxTimestamp(target) < this.#firings.watermark) this.#output.tally.lateAccepted++
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
    acceptElement(this.#group, cell, timestamp, this.#firings.momentOf(cell.window))
    this.#firings.track(cell, held)
  }

  #lookAt(cell: MergingCell, touched: Set<MergingCell> | undefined): void {
    if (touched) touched.add(cell)
    else this.#firings.fire(cell, this.#firings.watermark)
  }

  /** Applies one merge: withdraws what merged-away windows emitted, before anything else of the step (R74). */
  #merge(merge: CellMerge): MergingCell {
    for (const part of merge.parts) this.#output.holds.move(part.hold, Number.POSITIVE_INFINITY)
    const { cell, mergedAway } = applyMerge(this.#group, merge, this.#firings.momentOf(merge.result))
    for (const { window, emitted } of mergedAway) {
      if (emitted) this.#output.withdraw(cell.owner.key, window, emitted)
    }
    this.#firings.openWindows -= merge.parts.length - 1
    this.#firings.track(cell, Number.POSITIVE_INFINITY)
    return cell
  }

  #open(owner: KeyCells, window: Window): MergingCell {
    this.#firings.openWindows++
    return new MergingCell(this.#group, owner, window, this.#created++)
  }

  #ownerOf(key: unknown): KeyCells {
    const known = this.#keys.get(key)
    if (known) return known
    const owner = newOwner(key)
    this.#keys.set(key, owner)
    this.#slots.add(owner)
    return owner
  }

  #forgetIfEmpty(owner: KeyCells): void {
    if (owner.cells.length > 0) return
    this.#keys.delete(owner.key)
    this.#slots.remove(owner)
  }
}

function newOwner(key: unknown): KeyCells {
  // -0 and 0 are one key.
  return { key: key === 0 ? 0 : key, cells: [], slot: -1 }
}
