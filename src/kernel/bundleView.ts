/** A bundle made of another's columns, some of them replaced: what a node sends that keeps every row where it is. */
import type { Bundle, WatermarkMoves } from '../core/bundle.ts'
import type { PaneInfo } from '../core/pane.ts'
import type { Window } from '../core/window.ts'
import type { EdgeShape } from './kernelNode.ts'

/** One object for all bundles of a node; fields are set in one order, so that readers meet one hidden class. */
export class BundleView implements Bundle {
  readonly kind = 'bundle'
  length = 0
  values: unknown[] = []
  timestamps: Float64Array
  keys: unknown[] | null = null
  windows: (Window | undefined)[] | null = null
  assigned: (readonly Window[] | undefined)[] | null = null
  panes: PaneInfo[] | null = null
  retractions: Uint8Array | null = null
  ordinals: Float64Array | null = null
  moves: WatermarkMoves = { length: 0, at: [], watermark: [], ordinal: [] }
  atomic = false
  readonly #shape: EdgeShape

  constructor(shape: EdgeShape) {
    this.#shape = shape
    this.timestamps = new Float64Array(0)
  }

  /** Shows the rows and moves of `bundle`, with these values and keys, without the columns that the edge does not have. */
  show(bundle: Bundle, values: unknown[], keys: unknown[] | null): void {
    const shape = this.#shape
    this.length = bundle.length
    this.values = values
    this.timestamps = bundle.timestamps
    this.keys = keys
    this.windows = shape.windowed ? bundle.windows : null
    this.assigned = shape.assigned ? bundle.assigned : null
    this.panes = shape.paned ? bundle.panes : null
    this.retractions = shape.retracting ? bundle.retractions : null
    this.ordinals = shape.ordinals ? bundle.ordinals : null
    this.moves = bundle.moves
    this.atomic = bundle.atomic
  }
}
