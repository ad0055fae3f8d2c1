/**
 * The windows of a side input as entries of checkpoints, a window's elements in parts. A pane is never changed, only replaced, so
 * that a capture may be read at any time later; one that nobody has replaced since is not captured again.
 */
import type { StateEntry } from '../../core/checkpoint.ts'
import { keyCoder } from '../../core/coders/keyCoder.ts'
import { type Window, windowId } from '../../core/window.ts'

/** A window that a pane has come for. */
export interface FiredWindow {
  readonly window: Window
  readonly elements: readonly unknown[]
}

/** What an entry holds. */
export interface SavedPart extends FiredWindow {
  readonly side: string
  /** Its place among the window's parts. */
  readonly part: number
}

/** Elements of a part: all of it is encoded at once, and a view may hold a million. */
const PART = 64

interface Change {
  readonly window: Window
  /** Undefined where the window is gone. */
  readonly fired: FiredWindow | undefined
  /** How many parts there are, and how many the captures before have. */
  readonly parts: number
  readonly before: number
}

export class SideWindows {
  readonly #side: string
  /** By window, how many parts captures have of it. Undefined until somebody captures: then all windows have changed. */
  #captured: Map<string, number> | undefined
  /** Windows that have changed since the last capture. */
  #changed = new Map<string, Window>()

  constructor(side: string) {
    this.#side = side
  }

  /** What the window holds has come, is another or is gone. */
  change(window: Window): void {
    if (this.#captured) this.#changed.set(windowId(window), window)
  }

  /** What changed since the last capture; `fired` are all windows that a pane has come for, by their ids. */
  capture(fired: ReadonlyMap<string, FiredWindow>): Iterable<StateEntry> {
    const captured = this.#captured ?? new Map<string, number>()
    if (this.#captured === undefined) for (const [id, { window }] of fired) this.#changed.set(id, window)
    this.#captured = captured
    const changes: Change[] = []
    for (const [id, window] of this.#changed) {
      const found = fired.get(id)
      const parts = found ? partsOf(found.elements) : 0
      changes.push({
        window,
        fired: found && { window, elements: found.elements },
        parts,
        before: captured.get(id) ?? 0,
      })
      if (found) captured.set(id, parts)
      else captured.delete(id)
    }
    this.#changed = new Map()
    return this.#entries(changes)
  }

  /** The windows that captures hold of this side input, of all their parts in any order. */
  resume(saved: readonly SavedPart[]): FiredWindow[] {
    const windows = new Map<string, { readonly window: Window; readonly elements: unknown[] }>()
    for (const { side, window, elements } of [...saved].sort((a, b) => a.part - b.part)) {
      if (side !== this.#side) continue
      const id = windowId(window)
      const known = windows.get(id)
      if (known) known.elements.push(...elements)
      else windows.set(id, { window, elements: [...elements] })
    }
    this.#captured = new Map([...windows].map(([id, { elements }]) => [id, partsOf(elements)]))
    return [...windows.values()]
  }

  *#entries(changes: readonly Change[]): Generator<StateEntry, void, undefined> {
    for (const { window, fired, parts, before } of changes) {
      for (let part = 0; part < Math.max(parts, before); part++) {
        const key = keyCoder.encode([window.start, window.end, [this.#side, part]])
        yield { key, value: fired && part < parts ? this.#part(fired, part) : undefined }
      }
    }
  }

  #part({ window, elements }: FiredWindow, part: number): SavedPart {
    return { side: this.#side, window, part, elements: elements.slice(part * PART, (part + 1) * PART) }
  }
}

/** A window without elements is one that a pane has come for. */
function partsOf(elements: readonly unknown[]): number {
  return Math.max(1, Math.ceil(elements.length / PART))
}
