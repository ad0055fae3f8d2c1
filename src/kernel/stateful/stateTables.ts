/** The records of a stateful step: window first, key second, so that a window's expiry walks one table. */
import { keyCoder } from '../../core/coders/keyCoder.ts'
import type { Timestamp } from '../../core/time.ts'
import { compareWindows, expiryOf, maxTimestamp, type Window, windowId } from '../../core/window.ts'
import type { WindowingStrategy } from '../../core/windowing.ts'
import { KeyMap } from '../group/keyMap.ts'
import type { StateRecord } from './stateRecord.ts'

export class StateTable {
  readonly window: Window
  /** The same, as rows carry it. */
  readonly windows: readonly [Window]
  readonly max: Timestamp
  /** The last watermark at which the window takes elements. */
  readonly expiry: Timestamp
  /** The window as keyCoder encodes `[start, end]`: what the keys of entries begin with. */
  readonly encoded: Uint8Array
  readonly records = new KeyMap<StateRecord>()

  constructor(window: Window, expiry: Timestamp) {
    this.window = window
    this.windows = [window]
    this.max = maxTimestamp(window)
    this.expiry = expiry
    this.encoded = keyCoder.encode([window.start, window.end])
  }
}

export class StateTables {
  /** Records in memory that are stored. */
  stored = 0
  readonly #allowedLateness: number
  /** Windows of a regular grid differ by their start; others are told apart by their identity. */
  readonly #startIsId: boolean
  readonly #tables = new Map<number | string, StateTable>()
  /** The table that was found last, which is that of most elements. */
  #last: StateTable | undefined

  constructor({ windowFn, allowedLateness }: WindowingStrategy) {
    this.#allowedLateness = allowedLateness
    this.#startIsId = windowFn?.shape === 'aligned' && windowFn.grid !== undefined
  }

  get size(): number {
    return this.#tables.size
  }

  expiryOf(window: Window): Timestamp {
    return expiryOf(window, this.#allowedLateness)
  }

  find(window: Window): StateTable | undefined {
    const last = this.#last
    return last !== undefined && last.window === window ? last : this.#search(window)
  }

  add(window: Window): StateTable {
    const table = new StateTable(window, this.expiryOf(window))
    this.#tables.set(this.#idOf(window), table)
    return table
  }

  remove(table: StateTable): void {
    this.#tables.delete(this.#idOf(table.window))
    if (this.#last === table) this.#last = undefined
  }

  /** In the order of D9. */
  sorted(): StateTable[] {
    return [...this.#tables.values()].sort((a, b) => compareWindows(a.window, b.window))
  }

  #search(window: Window): StateTable | undefined {
    const last = this.#last
    if (last !== undefined && last.window.start === window.start && last.window.end === window.end) return last
    const table = this.#tables.get(this.#idOf(window))
    if (table) this.#last = table
    return table
  }

  #idOf(window: Window): number | string {
    return this.#startIsId ? window.start : windowId(window)
  }
}
