/**
 * The driver of overlapping grid windows that fire once, at their end, and take nothing late: an element is added to one
 * slice instead of to every window that holds it, and a window is folded from its slices when it fires. Results, drops and
 * counters are those of the aligned driver.
 */
import type { Bundle, Signal } from '../../core/bundle.ts'
import type { NodeCapture, NodeRestore } from '../../core/checkpoint.ts'
import type { PaneInfo } from '../../core/pane.ts'
import type { GroupAccounting } from '../../core/runner.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import { maxTimestamp, type WindowGrid } from '../../core/window.ts'
import type { KernelNode } from '../kernelNode.ts'
import { walkRuns } from '../walkBundle.ts'
import type { GroupOutput } from './groupOutput.ts'
import type { GroupStrategy } from './groupStrategy.ts'
import { OpenSlices } from './openSlices.ts'
import { SliceBlocks } from './sliceBlocks.ts'
import { type SlicedCommon, type SlicedHead, type SlicedSnapshot, saveSlice } from './slicedSnapshot.ts'
import { cutEnd, endsOf, windowAt } from './slicedWindows.ts'
import { foldAll, type Slice } from './slices.ts'
import { decodeAccumulator } from './tableSnapshot.ts'

/** Every window has one pane: on time, first and last. */
const ONLY_PANE: PaneInfo = Object.freeze({
  timing: 'ON_TIME',
  index: 0,
  nonSpeculativeIndex: 0,
  isFirst: true,
  isLast: true,
})

export class SlicedGroup implements KernelNode {
  readonly path: string
  readonly #group: GroupStrategy
  readonly #output: GroupOutput
  readonly #grid: WindowGrid
  readonly #slices: OpenSlices
  readonly #blocks: SliceBlocks
  #watermark: Timestamp = MIN_TIMESTAMP
  /** The uncut end of the next window to fire; Infinity when no slice is open. */
  #nextEnd = Number.POSITIVE_INFINITY
  #created = 0
  readonly #nextCreated = (): number => this.#created++
  #slots = new Int32Array(1024)

  constructor(path: string, group: GroupStrategy, output: GroupOutput, grid: WindowGrid) {
    this.path = path
    this.#group = group
    this.#output = output
    this.#grid = grid
    this.#slices = new OpenSlices(group, grid)
    this.#blocks = new SliceBlocks(group, grid, this.#slices)
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle') {
      this.#output.signal(signal)
      return
    }
    if (signal.length > this.#slots.length) this.#slots = new Int32Array(signal.length * 2)
    walkRuns(
      signal,
      (from, to) => this.#rows(signal, from, to),
      (watermark, ordinal) => this.#advance(watermark, ordinal),
    )
    this.#output.flush()
  }

  nextDue(after: Timestamp): Timestamp {
    if (this.#slices.size === 0) return Number.POSITIVE_INFINITY
    // Ends that a lagging input has yet to reach lie behind `after`. Beyond it only ends of windows with slices count:
    // an input that runs ahead must not stop at every empty window on its way to the end of time.
    const { size, period } = this.#grid
    let least = Number.POSITIVE_INFINITY
    for (const { start } of this.#slices.all()) {
      const end = start + Math.max(Math.floor((after - start) / period) + 1, 1) * period
      if (end <= start + size && end < least) least = end
    }
    const due = cutEnd(least)
    return due > after && least < Number.POSITIVE_INFINITY ? due : Number.POSITIVE_INFINITY
  }

  accounting(): GroupAccounting {
    const open = new Set<Timestamp>()
    for (const { start } of this.#slices.all()) {
      for (const end of endsOf(this.#grid, start)) if (cutEnd(end) > this.#watermark) open.add(end)
    }
    return this.#output.tally.accounting(this.path, open.size)
  }

  snapshot(): SlicedSnapshot {
    return {
      ...this.#common(),
      slices: [...this.#slices.all()].map((slice) => saveSlice(this.#group, slice)),
    }
  }

  restore(snapshot: SlicedSnapshot): void {
    this.#takeOver(snapshot)
    for (const { start, elements, slots } of snapshot.slices) {
      const slice = this.#open(start)
      slice.elements = elements
      for (const { key, created, accumulator } of slots) {
        const slot = slice.slots[slice.placeOf(key, () => created)] as number
        this.#slices.column.column.load(slot, decodeAccumulator(this.#group, accumulator))
      }
    }
  }

  capture(): NodeCapture {
    const { head, isWhole, entries } = this.#slices.capture()
    return { head: { ...this.#common(), open: head }, isWhole, entries }
  }

  resume({ head, entries }: NodeRestore): void {
    // What `capture` gave, or what was captured whole in the first format.
    const saved = head as SlicedHead | SlicedSnapshot
    if ('slices' in saved) {
      this.restore(saved)
      return
    }
    this.#takeOver(saved)
    this.#slices.resume(saved.open, entries)
    for (const { start } of this.#slices.all()) this.#lookFor(start)
  }

  #common(): SlicedCommon {
    return { watermark: this.#watermark, ...this.#output.save(), created: this.#created }
  }

  #takeOver(saved: SlicedCommon): void {
    this.#watermark = saved.watermark
    this.#created = saved.created
    this.#output.load(saved)
  }

  #rows(bundle: Bundle, from: number, to: number): void {
    const { timestamps } = bundle
    const { period } = this.#grid
    const keys = this.#group.isKeyed ? bundle.keys : null
    let slice: Slice | undefined
    let runFrom = from
    for (let row = from; row < to; row++) {
      const timestamp = timestamps[row] as number
      if (slice === undefined || timestamp < slice.start || timestamp >= slice.start + period) {
        slice = this.#sliceOf(timestamp)
        if (slice === undefined) {
          this.#addRun(bundle, runFrom, row)
          this.#placeLate(bundle, row)
          runFrom = row + 1
          continue
        }
      }
      slice.elements++
      this.#slots[row] = this.#slotIn(slice, keys === null ? undefined : keys[row])
    }
    this.#addRun(bundle, runFrom, to)
  }

  /** The slot of a key whose accumulator is about to change. */
  #slotIn(slice: Slice, key: unknown): number {
    const place = slice.placeOf(key, this.#nextCreated)
    this.#slices.own(slice, place)
    return slice.slots[place] as number
  }

  /** The slice of a timestamp; undefined where a window that holds it has ended. */
  #sliceOf(timestamp: Timestamp): Slice | undefined {
    const known = this.#slices.at(timestamp, this.#watermark)
    if (known) return known
    const start = this.#slices.startOf(timestamp)
    return cutEnd(start + this.#grid.period) <= this.#watermark ? undefined : this.#open(start)
  }

  /** Rows of whatever slices are added together. */
  #addRun(bundle: Bundle, from: number, to: number): void {
    if (from === to) return
    this.#slices.column.column.addMany(this.#slots, bundle.values, bundle.timestamps, from, to)
    this.#output.tally.assigned += ((to - from) * this.#grid.size) / this.#grid.period
  }

  /** A row that some of its windows no longer take: each of those is a dropped pair (R70). */
  #placeLate(bundle: Bundle, row: number): void {
    const output = this.#output
    const start = this.#slices.startOf(bundle.timestamps[row] as number)
    output.ordinal = bundle.ordinals?.[row] ?? 0
    let isTaken = false
    for (const end of endsOf(this.#grid, start)) {
      output.tally.assigned++
      if (cutEnd(end) > this.#watermark) isTaken = true
      else output.drop(bundle, row, windowAt(this.#grid, end), 'late')
    }
    if (!isTaken) return
    const slice = this.#open(start)
    this.#blocks.forget(start)
    this.#slots[row] = this.#slotIn(slice, this.#group.keyOf(bundle, row))
    this.#slices.column.column.addMany(this.#slots, bundle.values, bundle.timestamps, row, row + 1)
    slice.elements++
  }

  /** R64: stops at each window's end on the way, as if the watermark passed every millisecond. */
  #advance(watermark: Timestamp, ordinal: number): void {
    if (watermark <= this.#watermark) return
    const output = this.#output
    output.ordinal = ordinal
    while (cutEnd(this.#nextEnd) <= watermark && this.#slices.size > 0) {
      const due = cutEnd(this.#nextEnd)
      // What was not due before goes downstream first: a later grouping may have something due on the way.
      output.advance(due - 1, ordinal)
      this.#watermark = due
      this.#fire(this.#nextEnd)
      // At the end of time several windows are cut to one end.
      if (cutEnd(this.#nextEnd) > due) output.advance(due, ordinal)
    }
    this.#watermark = watermark
    output.advance(watermark, ordinal)
  }

  #fire(end: Timestamp): void {
    const { size, period } = this.#grid
    const window = windowAt(this.#grid, end)
    const decision = { pane: ONLY_PANE, timestamp: maxTimestamp(window) }
    for (let start = end - size; start < end; start += period) {
      this.#output.tally.emitted += this.#slices.startingAt(start)?.elements ?? 0
    }
    const parts = this.#blocks.partsOf(end - size, end)
    for (const { key, accumulator } of foldAll(this.#group, parts)) {
      this.#output.pane(key, window, this.#group.combine.extract(accumulator), decision)
    }
    this.#slices.remove(end - size)
    this.#blocks.forget(end - size)
    this.#nextEnd = Number.POSITIVE_INFINITY
    for (const { start } of this.#slices.all()) {
      this.#nextEnd = Math.min(this.#nextEnd, Math.max(start, end) + period)
    }
  }

  #open(start: Timestamp): Slice {
    const known = this.#slices.startingAt(start)
    if (known) return known
    this.#lookFor(start)
    return this.#slices.add(start)
  }

  /** The end of the first window that has yet to fire and holds the slice may be the next. */
  #lookFor(start: Timestamp): void {
    const next = endsOf(this.#grid, start).find((end) => cutEnd(end) > this.#watermark)
    if (next !== undefined && next < this.#nextEnd) this.#nextEnd = next
  }
}
