/** The contents of one side input: by window, the elements of its latest pane, for as long as an element may look at them. */
import type { StateEntry } from '../../core/checkpoint.ts'
import type { SideInputSpec } from '../../core/sideInput.ts'
import { type Duration, MIN_TIMESTAMP, type Timestamp } from '../../core/time.ts'
import { expiryOf, type Window, type WindowFn, windowId } from '../../core/window.ts'
import type { PortRow } from '../inputPorts.ts'
import type { SideInput } from './sideInputsOf.ts'
import { sideView } from './sideView.ts'
import { type FiredWindow, type SavedPart, SideWindows } from './sideWindows.ts'

/** A window of the side input. */
export interface SideCell {
  readonly window: Window
  readonly id: string
  /** A pane has come. */
  isFired: boolean
  elements: readonly unknown[]
  /** What callbacks see of the elements, once one has looked. */
  seen: { readonly view: unknown } | undefined
  /** Elements of the main input that wait for the window. */
  waiting: number
}

export interface SidePortSnapshot {
  readonly watermark: Timestamp
  readonly fired: readonly FiredWindow[]
}

export class SidePort {
  readonly spec: SideInputSpec
  watermark: Timestamp = MIN_TIMESTAMP
  readonly #isDiscarding: boolean
  readonly #windowFn: WindowFn<unknown>
  readonly #lateness: Duration
  /** Windows with contents or with elements that wait for them. */
  readonly #cells = new Map<string, SideCell>()
  readonly #windows: SideWindows
  /** No window is past before the watermark is; Infinity without windows. */
  #evictAfter: Timestamp = Number.POSITIVE_INFINITY
  /** The last window that was looked for: neighbours mostly look into one. */
  #found: { readonly max: Timestamp; readonly window: Window | undefined; readonly id: string } | undefined

  /** `lateness` is the allowed lateness of the main input: how long after its end an element may look into a window. */
  constructor({ spec, info, windowFn }: SideInput, lateness: Duration) {
    this.spec = spec
    this.#windows = new SideWindows(spec.name)
    this.#isDiscarding = info.windowing.panes === 'discarding'
    this.#windowFn = windowFn
    this.#lateness = lateness
  }

  get openWindows(): number {
    return this.#cells.size
  }

  /** The window that belongs to a main window that ends with `max`: the earliest that contains it (R94); undefined if none does. */
  cellFor(max: Timestamp): SideCell | undefined {
    if (this.#found?.max !== max) {
      const window = this.#windowAt(max)
      this.#found = { max, window, id: window === undefined ? '' : windowId(window) }
    }
    const { window, id } = this.#found
    return window && (this.#cells.get(id) ?? newCell(window, id))
  }

  /** Contents are known, or will not come before the end of the window, which has passed (R94). */
  isReady(cell: SideCell | undefined): boolean {
    return cell === undefined || cell.isFired || cell.window.end <= this.watermark
  }

  /** An element waits for the window. */
  wait(cell: SideCell | undefined): void {
    if (cell === undefined) return
    this.#keep(cell)
    cell.waiting++
  }

  /** The element waits no more. A window of which nothing came is forgotten: what may still come makes it anew. */
  leave(cell: SideCell | undefined): void {
    if (cell === undefined) return
    cell.waiting--
    if (cell.waiting === 0 && !cell.isFired) this.#cells.delete(cell.id)
  }

  view(cell: SideCell | undefined): unknown {
    if (cell === undefined) return sideView(this.spec, [])
    cell.seen ??= { view: sideView(this.spec, cell.elements) }
    return cell.seen.view
  }

  /** A pane: its elements take the place of those before. What is past is forgotten by the next `evict`. */
  take({ window, value, isRetraction }: PortRow): void {
    // A withdrawal is followed by the addition that takes the place of what it withdraws.
    if (window === undefined || isRetraction) return
    const id = windowId(window)
    const cell = this.#cells.get(id) ?? newCell(window, id)
    this.#keep(cell)
    cell.isFired = true
    this.#windows.change(window)
    // Panes of a view are lists, which its grouping has made.
    const elements = this.spec.panes === 'one' ? [value] : (value as readonly unknown[])
    // A discarding pane without elements says that nothing is new, not that nothing is there.
    if (elements.length === 0 && this.#isDiscarding) return
    cell.elements = elements
    cell.seen = undefined
  }

  /** Forgets windows that no element can look into any more, once the main input's watermark is there. */
  evict(watermark: Timestamp): void {
    if (watermark <= this.#evictAfter) return
    this.#evictAfter = Number.POSITIVE_INFINITY
    for (const cell of this.#cells.values()) {
      if (cell.waiting > 0 || !this.#isPast(cell.window, watermark)) {
        this.#keep(cell)
        continue
      }
      this.#cells.delete(cell.id)
      this.#windows.change(cell.window)
    }
  }

  /** The smallest watermark above `after` at which an element stops waiting; Infinity for none. */
  nextDue(after: Timestamp): Timestamp {
    let due = Number.POSITIVE_INFINITY
    for (const { waiting, isFired, window } of this.#cells.values()) {
      if (waiting > 0 && !isFired && window.end > after) due = Math.min(due, window.end)
    }
    return due
  }

  save(): SidePortSnapshot {
    const fired = this.#fired.map(({ window, elements }) => ({ window, elements }))
    return { watermark: this.watermark, fired }
  }

  /** The windows that changed since the last capture; all at the first. */
  capture(): Iterable<StateEntry> {
    return this.#windows.capture(new Map(this.#fired.map((cell) => [cell.id, cell])))
  }

  /** What captures hold of this side input. */
  resume(watermark: Timestamp, saved: readonly SavedPart[]): void {
    this.load({ watermark, fired: this.#windows.resume(saved) })
  }

  load({ watermark, fired }: SidePortSnapshot): void {
    this.watermark = watermark
    for (const { window, elements } of fired) {
      const cell = newCell(window, windowId(window))
      cell.isFired = true
      cell.elements = elements
      this.#keep(cell)
    }
  }

  /** Windows that a pane has come for. */
  get #fired(): SideCell[] {
    return [...this.#cells.values()].filter(({ isFired }) => isFired)
  }

  #keep(cell: SideCell): void {
    this.#cells.set(cell.id, cell)
    this.#evictAfter = Math.min(this.#evictAfter, expiryOf(cell.window, this.#lateness))
  }

  #windowAt(timestamp: Timestamp): Window | undefined {
    // Windows that depend on a value are refused when the plan is built.
    return this.#windowFn.shape === 'aligned' ? this.#windowFn.assign(timestamp, undefined)[0] : undefined
  }

  /** An element that looks into the window ends with it at the latest, so that it has expired when this has. */
  #isPast(window: Window, watermark: Timestamp): boolean {
    return expiryOf(window, this.#lateness) < watermark
  }
}

function newCell(window: Window, id: string): SideCell {
  return { window, id, isFired: false, elements: [], seen: undefined, waiting: 0 }
}
