/** A reusable bundle: columns grow and are filled again for each signal, so that rows cost no allocation. */
import type { Bundle, WatermarkMoves } from '../core/bundle.ts'
import { NO_PANE, type PaneInfo } from '../core/pane.ts'
import type { Timestamp } from '../core/time.ts'
import type { Window } from '../core/window.ts'
import type { EdgeShape } from './kernelNode.ts'

const FIRST_CAPACITY = 1024

export class BundleBuffer implements Bundle {
  readonly kind = 'bundle'
  length = 0
  values: unknown[] = []
  timestamps: Float64Array
  keys: unknown[] | null
  windows: (Window | undefined)[] | null
  assigned: (readonly Window[] | undefined)[] | null
  panes: PaneInfo[] | null
  retractions: Uint8Array | null
  ordinals: Float64Array | null
  atomic = false
  readonly moves: WatermarkMoves = { length: 0, at: [], watermark: [], ordinal: [] }
  /** The buffer's own column of values; `values` is another's while that one is lent. */
  readonly #ownValues: unknown[] = this.values

  /** True when rows have more columns than value, timestamp and key. */
  readonly varies: boolean

  constructor(shape: EdgeShape) {
    this.varies = shape.windowed || shape.assigned || shape.paned || shape.retracting || shape.ordinals
    this.timestamps = new Float64Array(FIRST_CAPACITY)
    this.keys = shape.keyed ? [] : null
    this.windows = shape.windowed ? [] : null
    this.assigned = shape.assigned ? [] : null
    this.panes = shape.paned ? [] : null
    this.retractions = shape.retracting ? new Uint8Array(FIRST_CAPACITY) : null
    this.ordinals = shape.ordinals ? new Float64Array(FIRST_CAPACITY) : null
  }

  clear(): void {
    this.length = 0
    this.moves.length = 0
    this.atomic = false
    this.values = this.#ownValues
  }

  /** Takes an array as the values of the next rows, instead of copying it: row i is values[i]. Only before the first row. */
  lend(values: unknown[]): void {
    this.values = values
  }

  /** The rows so far keep their values; what comes is written into the buffer's own column. */
  giveBack(): void {
    const lent = this.values
    this.values = this.#ownValues
    for (let row = 0; row < this.length; row++) this.values[row] = lent[row]
  }

  /** Makes room for `rows` rows in the typed columns. */
  reserve(rows: number): void {
    if (rows <= this.timestamps.length) return
    const capacity = Math.max(rows, this.timestamps.length * 2)
    this.timestamps = enlarge(this.timestamps, new Float64Array(capacity))
    if (this.retractions) this.retractions = enlarge(this.retractions, new Uint8Array(capacity))
    if (this.ordinals) this.ordinals = enlarge(this.ordinals, new Float64Array(capacity))
  }

  append(
    value: unknown,
    timestamp: Timestamp,
    key: unknown,
    window: Window | undefined,
    pane: PaneInfo,
    isRetraction: boolean,
    ordinal: number,
    assigned?: readonly Window[],
  ): void {
    const row = this.length
    if (row === this.timestamps.length) this.reserve(row + 1)
    this.values[row] = value
    this.timestamps[row] = timestamp
    if (this.keys !== null) this.keys[row] = key
    if (this.windows !== null) this.windows[row] = window
    if (this.assigned !== null) this.assigned[row] = assigned
    if (this.panes) this.panes[row] = pane
    if (this.retractions) this.retractions[row] = isRetraction ? 1 : 0
    if (this.ordinals) this.ordinals[row] = ordinal
    this.length = row + 1
  }

  /** Appends a row that has nothing but a value and a timestamp yet. */
  appendPlain(value: unknown, timestamp: Timestamp, ordinal: number): void {
    const row = this.length
    if (this.values !== this.#ownValues) this.giveBack()
    if (row === this.timestamps.length) this.reserve(row + 1)
    this.values[row] = value
    this.timestamps[row] = timestamp
    if (this.ordinals) this.ordinals[row] = ordinal
    this.length = row + 1
  }

  /** Appends a row of another bundle with a value and key that may differ from it. */
  appendFrom(bundle: Bundle, row: number, value: unknown, key: unknown): void {
    this.append(
      value,
      bundle.timestamps[row] as number,
      key,
      bundle.windows?.[row],
      bundle.panes?.[row] ?? NO_PANE,
      bundle.retractions?.[row] === 1,
      bundle.ordinals?.[row] ?? 0,
      bundle.assigned?.[row],
    )
  }

  /** Fills the optional columns of row `to` from another bundle's row. */
  copyVarying(bundle: Bundle, row: number, to: number): void {
    if (this.windows) this.windows[to] = bundle.windows?.[row]
    if (this.assigned) this.assigned[to] = bundle.assigned?.[row]
    if (this.panes) this.panes[to] = bundle.panes?.[row] ?? NO_PANE
    if (this.retractions) this.retractions[to] = bundle.retractions?.[row] ?? 0
    if (this.ordinals) this.ordinals[to] = bundle.ordinals?.[row] ?? 0
  }

  /** Records that the watermark rises to `watermark` after the rows appended so far. */
  appendMove(watermark: Timestamp, ordinal: number): void {
    const moves = this.moves
    moves.at[moves.length] = this.length
    moves.watermark[moves.length] = watermark
    moves.ordinal[moves.length] = ordinal
    moves.length++
  }
}

function enlarge<C extends Float64Array | Uint8Array>(from: C, to: C): C {
  to.set(from)
  return to
}
