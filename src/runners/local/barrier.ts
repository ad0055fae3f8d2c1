/**
 * Checkpoint barriers (D10): a barrier enters at every read between two steps and passes through the chains behind all that
 * was sent before it. The shells of the nodes align it and capture; kernel nodes never see one.
 */
import type { Signal } from '../../core/bundle.ts'
import type { NodeCapture } from '../../core/checkpoint.ts'

export interface Barrier {
  readonly kind: 'barrier'
  /** What the nodes that the barrier has passed remember, by path. */
  readonly captured: Map<string, NodeCapture>
}

/** What travels on the chains of this runner. */
export type EdgeSignal = Signal | Barrier
