/** What a callback with side inputs knows of its element: one object per node, which is shown row after row. */
import { NO_PANE, type PaneInfo } from '../../core/pane.ts'
import type { SideContext } from '../../core/sideInput.ts'
import type { Timestamp } from '../../core/time.ts'
import type { Window } from '../../core/window.ts'
import type { Placed } from './sideOutput.ts'
import type { SideCell, SidePort } from './sidePort.ts'

export class SideRowContext implements SideContext {
  timestamp: Timestamp = 0
  key: unknown = undefined
  window: Window | undefined = undefined
  pane: PaneInfo = NO_PANE
  isRetraction = false
  readonly side: Readonly<Record<string, unknown>>
  #cells: readonly (SideCell | undefined)[] = []

  constructor(sides: readonly SidePort[]) {
    const views: Record<string, unknown> = {}
    sides.forEach((side, at) => {
      const get = (): unknown => side.view(this.#cells[at])
      Object.defineProperty(views, side.spec.name, { get, enumerable: true })
    })
    this.side = Object.freeze(views)
  }

  show({ row, window }: Placed, cells: readonly (SideCell | undefined)[]): void {
    this.timestamp = row.timestamp
    this.key = row.key
    this.window = window ?? row.window
    this.pane = row.pane
    this.isRetraction = row.isRetraction
    this.#cells = cells
  }
}
