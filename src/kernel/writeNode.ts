/** Hands rows to a sink's writer, in order. What the writer has not yet taken is for the runner to wait for. */
import type { Signal } from '../core/bundle.ts'
import { NO_PANE } from '../core/pane.ts'
import type { SinkRow } from '../core/sink.ts'
import type { KernelNode } from './kernelNode.ts'

export class WriteNode implements KernelNode {
  readonly path: string
  readonly #take: (rows: readonly SinkRow<unknown>[]) => void
  /** Rows handed over so far. */
  written = 0

  constructor(path: string, take: (rows: readonly SinkRow<unknown>[]) => void) {
    this.path = path
    this.#take = take
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle' || signal.length === 0) return
    const rows: SinkRow<unknown>[] = []
    for (let row = 0; row < signal.length; row++) {
      rows.push({
        value: signal.values[row],
        timestamp: signal.timestamps[row] as number,
        key: signal.keys?.[row],
        window: signal.windows?.[row],
        pane: signal.panes === null ? undefined : (signal.panes[row] ?? NO_PANE),
        retraction: signal.retractions?.[row] === 1,
      })
    }
    this.written += rows.length
    this.#take(rows)
  }

  snapshot(): { readonly written: number } {
    return { written: this.written }
  }

  restore(snapshot: { readonly written: number }): void {
    this.written = snapshot.written
  }
}
