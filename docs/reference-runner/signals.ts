/** What travels on an edge of the reference runner: one thing after another, nothing batched (R25). */
import type { CallOutcome } from '../../src/core/asyncStep.ts'
import type { Row } from '../../src/core/bundle.ts'
import type { GroupAccounting } from '../../src/core/runner.ts'
import type { Timestamp } from '../../src/core/time.ts'
import type { Window } from '../../src/core/window.ts'

export type Signal =
  | RowSignal
  | { readonly kind: 'watermark'; readonly to: Timestamp }
  | { readonly kind: 'idle' | 'active' }

export interface RowSignal {
  readonly kind: 'row'
  readonly row: Row
  /** The windows that a windowInto gave the row, until a grouping puts it into each; `row.window` is the one of a pane. */
  readonly windows: readonly Window[] | undefined
  /** Atomic rows of one step are looked at by triggers together, after the last of them (D3). */
  readonly atomic: boolean
}

/** A signal on its way out: rows leave through one port, everything else (`port` undefined) through all. */
export interface Sent {
  readonly port: string | undefined
  readonly signal: Signal
}

/** Processing time as a node is visited. `reached` is true when the visit is there because the clock came to `now`. */
export interface Clock {
  readonly now: Timestamp
  readonly reached: boolean
}

/** A node between moments. Everything that it does happens in `visit`. */
export interface ReferenceNode {
  /** Takes all that a moment brings to its inputs, input by input, and answers what that causes, in order. */
  visit(inputs: readonly (readonly Signal[])[], clock: Clock): readonly Sent[]
  /** The smallest input watermark above `after` at which the node has something to do; Infinity for none. */
  nextDue?(after: Timestamp): Timestamp
  /** The smallest processing time above `after` at which the node has something to do; Infinity for none. */
  nextDeadline?(after: Timestamp): Timestamp
  accounting?(): GroupAccounting
  /** What leaves because a call of the node has ended (R119). */
  complete?(call: number, outcome: CallOutcome): readonly Sent[]
}

/** A new row, without windows of its own. */
export function rowTo(port: string, row: Row): Sent {
  return { port, signal: { kind: 'row', row, windows: undefined, atomic: false } }
}

export function toAllPorts(signal: Signal): Sent {
  return { port: undefined, signal }
}
