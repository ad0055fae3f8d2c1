/** What a step with side inputs saves: a head, and entries for windows of its side inputs and for elements that wait. */
import type { StateEntry } from '../../core/checkpoint.ts'
import type { Timestamp } from '../../core/time.ts'
import type { SideOutputSnapshot } from './sideOutput.ts'
import type { SidePortSnapshot } from './sidePort.ts'
import type { SavedWaiting } from './sideQueue.ts'

export interface SideInputHead {
  readonly watermark: Timestamp
  readonly output: SideOutputSnapshot
  readonly isInputIdle: boolean
  readonly isIdle: boolean
  readonly sides: readonly { readonly watermark: Timestamp }[]
}

/** All of it as one value. */
export interface SideInputSnapshot extends SideInputHead {
  readonly sides: readonly SidePortSnapshot[]
  readonly waiting: readonly SavedWaiting[]
}

export function* inTurn(parts: readonly Iterable<StateEntry>[]): Generator<StateEntry, void, undefined> {
  for (const part of parts) yield* part
}
