/**
 * Assigns windows where they must be known before the grouping: because a step in between changes what the assignment
 * depends on. Elsewhere the grouping itself assigns, and this node does not exist.
 */
import type { Signal } from '../core/bundle.ts'
import { NO_PANE } from '../core/pane.ts'
import { compareWindows, type Window, type WindowFn } from '../core/window.ts'
import type { KernelNode, PortSpec } from './kernelNode.ts'
import { Outlet } from './outlet.ts'
import { walkBundle } from './walkBundle.ts'

export class AssignWindowsNode implements KernelNode {
  readonly path: string
  readonly #windowFn: WindowFn<unknown>
  readonly #outlet: Outlet

  constructor(path: string, windowFn: WindowFn<unknown>, main: PortSpec) {
    this.path = path
    this.#windowFn = windowFn
    this.#outlet = new Outlet(main)
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle') {
      this.#outlet.signal(signal)
      return
    }
    this.#outlet.startBundle(signal.atomic)
    walkBundle(
      signal,
      (row) => {
        const value = signal.values[row]
        const timestamp = signal.timestamps[row] as number
        const key = signal.keys?.[row]
        const pane = signal.panes?.[row] ?? NO_PANE
        const isRetraction = signal.retractions?.[row] === 1
        const ordinal = signal.ordinals?.[row] ?? 0
        // One row, whatever number of windows: the grouping puts it into each, and counts one without any.
        const assigned = this.#windowsOf(timestamp, value)
        this.#outlet.row(value, timestamp, key, undefined, pane, isRetraction, ordinal, assigned)
      },
      (watermark, ordinal) => this.#outlet.move(watermark, ordinal),
    )
    this.#outlet.flush()
  }

  /** In the order of D9, in which the element comes to them. */
  #windowsOf(timestamp: number, value: unknown): readonly Window[] {
    const windowFn = this.#windowFn
    if (windowFn.shape === 'merging') return [windowFn.assign(timestamp, value)]
    if (windowFn.shape !== 'aligned') return []
    const windows = windowFn.assign(timestamp, value)
    return windowFn.grid || windows.length < 2 ? windows : [...windows].sort(compareWindows)
  }
}
