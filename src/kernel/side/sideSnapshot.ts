/** What a step with side inputs saves: a head, and entries for windows of its side inputs and for elements that wait. */
import type { StateEntry } from '../../core/checkpoint.ts'
import type { Timestamp } from '../../core/time.ts'
import type { SideOutputSnapshot } from './sideOutput.ts'
import type { SidePortSnapshot } from './sidePort.ts'
import type { SavedPlace, SavedWaiting } from './sideQueue.ts'
import type { SavedPart } from './sideWindows.ts'

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

export interface SavedSides {
  /** By the name of their side input. */
  readonly parts: ReadonlyMap<string, readonly SavedPart[]>
  readonly waiting: readonly SavedPlace[]
}

/** Entries as captures gave them, in any order. */
export function readSides(entries: Iterable<StateEntry>): SavedSides {
  const parts = new Map<string, SavedPart[]>()
  const waiting: SavedPlace[] = []
  for (const { value } of entries) {
    const saved = value as SavedPart | SavedPlace // What captures put into entries.
    if ('place' in saved) waiting.push(saved)
    else {
      const known = parts.get(saved.side)
      if (known) known.push(saved)
      else parts.set(saved.side, [saved])
    }
  }
  return { parts, waiting }
}

export function* inTurn(parts: readonly Iterable<StateEntry>[]): Generator<StateEntry, void, undefined> {
  for (const part of parts) yield* part
}
