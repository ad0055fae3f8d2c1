/**
 * A parDo with side inputs (R94). An element waits until every window that it looks into is known; elements behind it wait
 * for their turn, and the oldest holds the watermark where it was when it came, so that nothing becomes late by waiting.
 */
import type { Signal } from '../../core/bundle.ts'
import type { NodeCapture, NodeRestore } from '../../core/checkpoint.ts'
import { isWindowedSide } from '../../core/checkSideInputs.ts'
import type { CollectionInfo } from '../../core/graph.ts'
import type { ParDoSpec } from '../../core/node.ts'
import type { GroupAccounting } from '../../core/runner.ts'
import { GLOBAL_MAX, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import { expiryOf, maxTimestamp, type Window } from '../../core/window.ts'
import type { SideInputParts } from '../drivers/driver.ts'
import { InputPorts, type PortEvent, type PortRow } from '../inputPorts.ts'
import type { KernelNode } from '../kernelNode.ts'
import { callHook } from '../stateless/callParDo.ts'
import { rowWindows } from './rowWindows.ts'
import { type Placed, SideOutput } from './sideOutput.ts'
import { type SideCell, SidePort } from './sidePort.ts'
import { type SavedPlace, type SavedWaiting, SideQueue } from './sideQueue.ts'
import { SideRowContext } from './sideRowContext.ts'
import { inTurn, type SideInputHead, type SideInputSnapshot } from './sideSnapshot.ts'
import type { SavedPart } from './sideWindows.ts'

/** The number of the input port that elements come to; the side inputs follow. */
const MAIN_PORT = 0

export class SideInputNode implements KernelNode {
  readonly path: string
  readonly #spec: ParDoSpec
  readonly #input: CollectionInfo
  /** Elements are called window by window where windows of a side input differ. */
  readonly #isWindowed: boolean
  readonly #sides: readonly SidePort[]
  readonly #output: SideOutput
  /** What one step brings to the side inputs comes before what it brings to the main one, which may look at it. */
  readonly #ports: InputPorts
  readonly #context: SideRowContext
  readonly #waiting = new SideQueue()
  #isCaptured = false
  #watermark: Timestamp = MIN_TIMESTAMP
  #isInputIdle = false
  /** What was told downstream: an edge is not idle while elements wait for it. */
  #isIdle = false

  constructor({ path, spec, ports, input, sides }: SideInputParts) {
    this.path = path
    this.#spec = spec
    this.#input = input
    this.#isWindowed = sides.some(({ info }) => isWindowedSide(info))
    this.#sides = sides.map((side) => new SidePort(side, input.windowing.allowedLateness))
    this.#output = new SideOutput(path, spec, ports, input.windowing.windowFn !== undefined)
    this.#ports = new InputPorts((port) => (port === MAIN_PORT ? sides.length + 1 : port))
    this.#context = new SideRowContext(this.#sides)
  }

  setup(): void {
    callHook(this.path, this.#spec, 'setup')
  }

  teardown(): void {
    callHook(this.path, this.#spec, 'teardown')
  }

  push(port: number, signal: Signal): void {
    this.#ports.push(port, signal)
  }

  settle(): void {
    const events = this.#ports.take()
    if (events.length === 0) return
    callHook(this.path, this.#spec, 'startBundle')
    events.forEach((event, at) => {
      if (event.port === MAIN_PORT) this.#takeMain(event)
      else {
        this.#takeSide(event)
        const next = events[at + 1]
        const isMore = next?.ordinal === event.ordinal && next.port !== MAIN_PORT
        if (!isMore) this.#release(event.ordinal)
      }
    })
    callHook(this.path, this.#spec, 'finishBundle')
    this.#output.flush()
  }

  nextDue(after: Timestamp): Timestamp {
    return Math.min(...this.#sides.map((side) => side.nextDue(after)))
  }

  accounting(): GroupAccounting {
    return this.#output.tally.accounting(
      this.path,
      this.#sides.reduce((sum, side) => sum + side.openWindows, 0),
    )
  }

  failures(): number {
    return this.#output.failures
  }

  snapshot(): SideInputSnapshot {
    return { ...this.#head(), sides: this.#sides.map((side) => side.save()), waiting: this.#waiting.save() }
  }

  restore(snapshot: SideInputSnapshot): void {
    this.#takeOver(snapshot)
    snapshot.sides.forEach((saved, at) => {
      this.#sides[at]?.load(saved)
    })
    for (const element of snapshot.waiting) this.#wait(element)
  }

  capture(): NodeCapture {
    const isWhole = !this.#isCaptured
    this.#isCaptured = true
    // Elements leave before windows do: what one looks into is there as long as it is.
    const parts = [...this.#sides.map((side) => side.capture()), this.#waiting.capture()]
    return { head: this.#head(), isWhole, entries: inTurn(parts) }
  }

  resume({ head, entries }: NodeRestore): void {
    // What `capture` gave, or what earlier versions captured whole.
    const saved = head as SideInputHead | SideInputSnapshot
    if ('waiting' in saved) {
      this.restore(saved)
      return
    }
    this.#takeOver(saved)
    // What captures put into entries.
    const values = Array.from(entries, ({ value }) => value as SavedPart | SavedPlace)
    const parts = values.filter((value) => 'side' in value)
    this.#sides.forEach((side, at) => {
      side.resume(saved.sides[at]?.watermark ?? MIN_TIMESTAMP, parts)
    })
    const waiting = values.filter((value) => 'place' in value)
    this.#waiting.resume(waiting, (element) => this.#wait(element))
    this.#isCaptured = true
  }

  #head(): SideInputHead {
    return {
      watermark: this.#watermark,
      output: this.#output.save(),
      isInputIdle: this.#isInputIdle,
      isIdle: this.#isIdle,
      sides: this.#sides.map(({ watermark }) => ({ watermark })),
    }
  }

  #takeOver({ watermark, output, isInputIdle, isIdle }: SideInputHead): void {
    this.#watermark = watermark
    this.#output.load(output)
    this.#isInputIdle = isInputIdle
    this.#isIdle = isIdle
  }

  #takeMain(event: PortEvent): void {
    if (event.kind === 'row') this.#arrive(event)
    else if (event.kind === 'move') {
      this.#watermark = event.watermark
      this.#evict()
      this.#advance(event.ordinal)
    } else {
      this.#isInputIdle = event.isIdle
      this.#tellIdleness(event.ordinal)
    }
  }

  /** An idle side input promises nothing: who waits for it goes on waiting. */
  #takeSide(event: PortEvent): void {
    const side = this.#sides[event.port - 1] as SidePort
    if (event.kind === 'row') side.take(event)
    else if (event.kind === 'move') side.watermark = event.watermark
  }

  #arrive(row: PortRow): void {
    const windows = this.#isWindowed ? rowWindows(this.#input.windowing.windowFn, row) : [undefined]
    this.#output.tally.assigned += Math.max(windows.length, 1)
    if (windows.length === 0) this.#output.drop({ row, window: undefined }, 'noWindow')
    const { allowedLateness } = this.#input.windowing
    for (const window of windows) {
      const placed = { row, window }
      const expiry = window === undefined ? GLOBAL_MAX : expiryOf(window, allowedLateness)
      if (expiry < this.#watermark) this.#output.drop(placed, 'late')
      else this.#call(placed)
    }
    this.#tellIdleness(row.ordinal)
  }

  #call(placed: Placed): void {
    const cells = this.#cellsOf(placed)
    if (this.#waiting.size === 0 && this.#areReady(cells)) this.#process(placed, cells, placed.row.ordinal)
    else this.#wait({ ...placed, heldAt: this.#watermark })
  }

  #wait(element: SavedWaiting): void {
    const cells = this.#cellsOf(element)
    this.#waiting.add({ ...element, cells })
    cells.forEach((cell, at) => {
      this.#sides[at]?.wait(cell)
    })
  }

  /** Elements leave in the order in which they came, as far as what they look into is known. */
  #release(ordinal: number): void {
    for (let element = this.#waiting.oldest; element; element = this.#waiting.oldest) {
      if (!this.#areReady(element.cells)) break
      this.#waiting.shift()
      element.cells.forEach((cell, at) => {
        this.#sides[at]?.leave(cell)
      })
      this.#process(element, element.cells, ordinal)
      this.#advance(ordinal)
    }
    this.#evict()
    this.#tellIdleness(ordinal)
  }

  #cellsOf({ window }: { readonly window: Window | undefined }): readonly (SideCell | undefined)[] {
    const max = window === undefined ? GLOBAL_MAX : maxTimestamp(window)
    return this.#sides.map((side) => side.cellFor(max))
  }

  #areReady(cells: readonly (SideCell | undefined)[]): boolean {
    return this.#sides.every((side, at) => side.isReady(cells[at]))
  }

  #process(placed: Placed, cells: readonly (SideCell | undefined)[], ordinal: number): void {
    this.#context.show(placed, cells)
    this.#output.call(placed, this.#context, ordinal)
  }

  /** The main input's watermark, under the hold of the oldest element that waits, which is the lowest. */
  #advance(ordinal: number): void {
    this.#output.move(this.#waiting.oldest?.heldAt ?? this.#watermark, ordinal)
  }

  #evict(): void {
    for (const side of this.#sides) side.evict(this.#watermark)
  }

  #tellIdleness(ordinal: number): void {
    const isIdle = this.#isInputIdle && this.#waiting.size === 0
    if (isIdle === this.#isIdle) return
    this.#isIdle = isIdle
    this.#output.signal({ kind: isIdle ? 'idle' : 'active', ordinal })
  }
}
