/** What a callback knows of its element: one object per node, moved along the rows, so that it costs no allocation. */
import type { Bundle } from '../../core/bundle.ts'
import type { ElementContext } from '../../core/node.ts'
import { NO_PANE, type PaneInfo } from '../../core/pane.ts'
import type { Timestamp } from '../../core/time.ts'
import type { Window } from '../../core/window.ts'

export class RowContext implements ElementContext {
  /** The bundle in hand; set for each bundle. */
  bundle: Bundle
  /** The row in hand; set for each row. */
  row = 0
  /** The row's key, or the one that an earlier step of the same chain gave it. */
  key: unknown = undefined
  /** False behind a windowInto in the same chain: what the row's window was, it is not any more. */
  seesWindow = true

  constructor(bundle: Bundle) {
    this.bundle = bundle
  }

  get timestamp(): Timestamp {
    return this.bundle.timestamps[this.row] as number
  }

  get window(): Window | undefined {
    return this.seesWindow ? this.bundle.windows?.[this.row] : undefined
  }

  get pane(): PaneInfo {
    return this.bundle.panes?.[this.row] ?? NO_PANE
  }

  get isRetraction(): boolean {
    return this.bundle.retractions?.[this.row] === 1
  }
}
