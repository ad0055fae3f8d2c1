/** Hands rows to a sink's writer, in order. What the writer has not yet taken is for the runner to wait for. */
import type { Bundle, Signal } from '../core/bundle.ts'
import { NO_PANE } from '../core/pane.ts'
import type { SinkRow } from '../core/sink.ts'
import type { KernelNode } from './kernelNode.ts'

/**
 * Rows on their way to a sink, made in the form that its writer takes: an object per row, or values alone. Valid during the
 * call that brings it; what it makes belongs to the one who asks.
 */
export interface RowBatch {
  readonly length: number
  rows(): SinkRow<unknown>[]
  values(): unknown[]
}

export class WriteNode implements KernelNode {
  readonly path: string
  readonly #take: (batch: RowBatch) => void
  /** Rows handed over so far. */
  written = 0

  constructor(path: string, take: (batch: RowBatch) => void) {
    this.path = path
    this.#take = take
  }

  push(_input: number, signal: Signal): void {
    if (signal.kind !== 'bundle' || signal.length === 0) return
    this.written += signal.length
    this.#take({
      length: signal.length,
      rows: () => rowsOf(signal),
      values: () => signal.values.slice(0, signal.length),
    })
  }

  snapshot(): { readonly written: number } {
    return { written: this.written }
  }

  restore(snapshot: { readonly written: number }): void {
    this.written = snapshot.written
  }
}

function rowsOf({ length, values, timestamps, keys, windows, panes, retractions }: Bundle): SinkRow<unknown>[] {
  const rows: SinkRow<unknown>[] = []
  for (let row = 0; row < length; row++) {
    rows.push({
      value: values[row],
      timestamp: timestamps[row] as number,
      key: keys?.[row],
      window: windows?.[row],
      pane: panes === null ? undefined : (panes[row] ?? NO_PANE),
      retraction: retractions?.[row] === 1,
    })
  }
  return rows
}
